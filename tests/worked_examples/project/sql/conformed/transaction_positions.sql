-- One row per deal line and position that shares it.
with shares as (
    select transaction_id, line_id, position_id, share_rate
    from staging.deal_shares
),

transactions as (
    select transaction_id, line_id, period_id
    from conformed.transactions
)

select
    'shop' as source_id,
    shares.transaction_id,
    shares.line_id,
    shares.position_id,
    shares.share_rate,
    transactions.period_id
from shares
inner join transactions
    on shares.transaction_id = transactions.transaction_id
    and shares.line_id = transactions.line_id
