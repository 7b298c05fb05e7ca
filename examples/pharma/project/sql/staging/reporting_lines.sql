-- One row per seat and first day under a manager.
with landed_reporting_lines as (
    select position_number, manager_position_number, from_date, last_date
    from landed.crm_reporting_lines
)

select
    landed_reporting_lines.position_number as position_id,
    landed_reporting_lines.manager_position_number as manager_position_id,
    landed_reporting_lines.from_date,
    case
        when landed_reporting_lines.last_date = date '9999-12-31' then landed_reporting_lines.last_date
        else landed_reporting_lines.last_date + interval '1 day'
    end as to_date
from landed_reporting_lines
