-- One row per rep and month with a target or with sales.
with targets as (
    select position_id, period_id, target_amount
    from conformed.targets
    where target_set_id = 'monthly'
),
transactions as (
    select named_position_id, period_id, net_amount
    from conformed.transactions
),
sales_force as (
    select position_id, employee_id, salesperson_name
    from conformed.sales_force
),
sales as (
    select
        named_position_id as position_id,
        period_id,
        cast(sum(net_amount) as decimal(19, 4)) as net_amount
    from transactions
    group by named_position_id, period_id
),
targets_and_sales as (
    select
        coalesce(targets.position_id, sales.position_id) as position_id,
        coalesce(targets.period_id, sales.period_id) as period_id,
        targets.target_amount,
        sales.net_amount
    from targets
    full outer join sales
        on sales.position_id = targets.position_id
        and sales.period_id = targets.period_id
)
select
    sales_force.position_id,
    sales_force.employee_id,
    sales_force.salesperson_name,
    targets_and_sales.period_id,
    targets_and_sales.target_amount,
    targets_and_sales.net_amount,
    cast(ratio(targets_and_sales.net_amount, targets_and_sales.target_amount, 6) as decimal(18, 6)) as attainment_rate
from targets_and_sales
inner join sales_force on sales_force.position_id = targets_and_sales.position_id
