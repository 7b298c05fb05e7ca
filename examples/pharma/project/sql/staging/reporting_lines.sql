-- One row per seat and first day under a manager.
with landed_hierarchy as (
    select position_number, manager_position_number, from_date, last_date
    from landed.sales_hierarchy
)

select
    landed_hierarchy.position_number as position_id,
    landed_hierarchy.manager_position_number as manager_position_id,
    landed_hierarchy.from_date,
    case
        when landed_hierarchy.last_date = date '9999-12-31' then landed_hierarchy.last_date
        else landed_hierarchy.last_date + interval '1 day'
    end as to_date
from landed_hierarchy
