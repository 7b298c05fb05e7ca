-- One row per rep and quarter with a quota.
with measures as (
    select component_id, position_id, period_id, measured_value, target_value, attainment_rate
    from attainment.measures
    where component_id = 'own-quota' and target_value is not null
),
sales_force as (
    select position_id, employee_key, salesperson_name
    from conformed.sales_force
)
select
    sales_force.position_id,
    sales_force.employee_key,
    sales_force.salesperson_name,
    measures.period_id,
    cast(round_to(max(measures.target_value), 4) as decimal(19, 4)) as target_amount,
    cast(round_to(max(measures.measured_value), 4) as decimal(19, 4)) as net_amount,
    cast(max(measures.attainment_rate) as decimal(18, 6)) as attainment_rate
from measures
inner join sales_force on sales_force.position_id = measures.position_id
group by sales_force.position_id, sales_force.employee_key, sales_force.salesperson_name, measures.period_id
