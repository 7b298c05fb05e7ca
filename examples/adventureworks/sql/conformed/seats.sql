-- One row per seat, territory and first day.
with territory_history as (
    select employee_number, territory_id, start_date, end_date
    from staging.territory_history
),
sales_force as (
    select position_id, payee_id
    from conformed.sales_force
)
select
    sales_force.position_id,
    territory_history.territory_id,
    cast(territory_history.start_date - interval '1794' day as date) as from_date,
    coalesce(cast(territory_history.end_date - interval '1793' day as date), date '9999-12-31') as to_date,
    sales_force.payee_id
from territory_history
inner join sales_force on sales_force.payee_id = territory_history.employee_number
