-- One row per order line and seat that it names.
with transactions as (
    select source_id, transaction_id, line_id, named_position_id, period_id
    from conformed.transactions
)
select
    source_id,
    transaction_id,
    line_id,
    named_position_id as position_id,
    cast(1 as decimal(18, 6)) as share_rate,
    period_id
from transactions
where named_position_id is not null
