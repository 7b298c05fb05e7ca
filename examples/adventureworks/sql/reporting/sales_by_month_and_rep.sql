-- One row per month and rep.
with transactions as (
    select period_id, named_position_id, quantity, net_amount, cost_amount
    from conformed.transactions
),
sales_force as (
    select position_id, employee_key, salesperson_name
    from conformed.sales_force
)
select
    transactions.period_id,
    sales_force.position_id,
    sales_force.employee_key,
    sales_force.salesperson_name,
    count(*) as line_count,
    cast(sum(transactions.quantity) as decimal(19, 4)) as quantity,
    cast(sum(transactions.net_amount) as decimal(19, 4)) as net_amount,
    cast(sum(transactions.cost_amount) as decimal(19, 4)) as cost_amount
from transactions
inner join sales_force on sales_force.position_id = transactions.named_position_id
group by transactions.period_id, sales_force.position_id, sales_force.employee_key, sales_force.salesperson_name
