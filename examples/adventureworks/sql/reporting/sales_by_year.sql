-- One row per year.
with transactions as (
    select period_id, quantity, net_amount, cost_amount
    from conformed.transactions
),
periods as (
    select period_id, period_kind, year_id
    from conformed.periods
)
select
    periods.year_id,
    count(*) as line_count,
    cast(sum(transactions.quantity) as decimal(19, 4)) as quantity,
    cast(sum(transactions.net_amount) as decimal(19, 4)) as net_amount,
    cast(sum(transactions.cost_amount) as decimal(19, 4)) as cost_amount
from transactions
inner join periods on periods.period_id = transactions.period_id and periods.period_kind = 'base'
group by periods.year_id
