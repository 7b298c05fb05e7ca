-- One row per line and seat named on it: none, since no source names seats.
with transactions as (
    select source_id, transaction_id, line_id, named_position_id, period_id
    from conformed.transactions
)

select
    transactions.source_id,
    transactions.transaction_id,
    transactions.line_id,
    transactions.named_position_id as position_id,
    cast(1 as decimal(18, 6)) as share_rate,
    transactions.period_id
from transactions
where transactions.named_position_id is not null
