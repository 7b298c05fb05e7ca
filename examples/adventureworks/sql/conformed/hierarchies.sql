-- One row per seat that reports to another.
with sales_force as (
    select position_id, organization_path, organization_level
    from conformed.sales_force
),
managers as (
    select position_id, organization_path, organization_level + 1 as level_below
    from conformed.sales_force
)
select
    'sales' as hierarchy_id,
    sales_force.position_id,
    date '1900-01-01' as from_date,
    managers.position_id as manager_position_id,
    date '9999-12-31' as to_date
from sales_force
inner join managers
    on managers.level_below = sales_force.organization_level
    and starts_with(sales_force.organization_path, managers.organization_path)
