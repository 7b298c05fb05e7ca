-- One row per month.
with transactions as (
    select period_id, quantity, net_amount, cost_amount
    from conformed.transactions
)
select
    transactions.period_id,
    count(*) as line_count,
    cast(sum(transactions.quantity) as decimal(19, 4)) as quantity,
    cast(sum(transactions.net_amount) as decimal(19, 4)) as net_amount,
    cast(sum(transactions.cost_amount) as decimal(19, 4)) as cost_amount
from transactions
group by transactions.period_id
