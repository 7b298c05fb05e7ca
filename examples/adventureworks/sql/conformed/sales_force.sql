-- One row per seat of the sales force.
with salespersons as (
    select employee_key, employee_id, title, salesperson_name
    from staging.salespersons
),
employees as (
    select employee_number, employee_id, organization_path, organization_level
    from staging.employees
),
salesperson_regions as (
    select employee_key, territory_id
    from staging.salesperson_regions
),
territories as (
    select territory_id, territory_group
    from staging.territories
),
assigned_groups as (
    select
        salesperson_regions.employee_key,
        min(territories.territory_group) as first_group,
        max(territories.territory_group) as last_group
    from salesperson_regions
    inner join territories on territories.territory_id = salesperson_regions.territory_id
    group by salesperson_regions.employee_key
)
select
    concat('seat-', salespersons.employee_key) as position_id,
    salespersons.employee_key,
    employees.employee_number as payee_id,
    salespersons.employee_id,
    salespersons.salesperson_name,
    salespersons.title,
    case
        when salespersons.title = 'Sales Representative' then 'representative'
        when salespersons.title = 'Director of Sales' then 'sales_director'
        else 'sales_manager'
    end as role_id,
    case
        when assigned_groups.first_group = assigned_groups.last_group then assigned_groups.first_group
        else 'worldwide'
    end as team_id,
    employees.organization_path,
    employees.organization_level
from salespersons
inner join employees on employees.employee_id = salespersons.employee_id
left join assigned_groups on assigned_groups.employee_key = salespersons.employee_key
