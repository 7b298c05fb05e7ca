-- One row per seat and first day under a manager.
with reporting_lines as (
    select position_id, manager_position_id, from_date, to_date
    from staging.reporting_lines
)

select
    'sales' as hierarchy_id,
    reporting_lines.position_id,
    reporting_lines.manager_position_id,
    reporting_lines.from_date,
    reporting_lines.to_date
from reporting_lines
