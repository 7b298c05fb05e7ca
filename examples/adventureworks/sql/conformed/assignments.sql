-- One row per seat and assigned territory.
with salesperson_regions as (
    select employee_key, territory_id
    from staging.salesperson_regions
),
sales_force as (
    select position_id, employee_key
    from conformed.sales_force
)
select sales_force.position_id, salesperson_regions.territory_id
from salesperson_regions
inner join sales_force on sales_force.employee_key = salesperson_regions.employee_key
