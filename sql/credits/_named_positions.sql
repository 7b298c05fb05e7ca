-- One row per transaction line and position named on it, or on its account on the booking date where the line names nobody.
with transaction_positions as (
    select source_id, transaction_id, line_id, position_id, share_rate, period_id
    from conformed.transaction_positions
),

transactions as (
    select source_id, transaction_id, line_id, account_id, booking_date, period_id
    from conformed.transactions
    where named_position_id is null
),

account_positions as (
    select account_id, position_id, from_date, to_date, share_rate
    from conformed.account_positions
),

named_lines as (
    select source_id, transaction_id, line_id
    from transaction_positions
    group by source_id, transaction_id, line_id
),

-- Intervals of one position that meet add up, so that a share above one is seen.
of_accounts as (
    select
        transactions.source_id, transactions.transaction_id, transactions.line_id, account_positions.position_id,
        transactions.period_id, sum(account_positions.share_rate) as share_rate
    from transactions
    inner join account_positions
        on transactions.account_id = account_positions.account_id
        and transactions.booking_date >= account_positions.from_date
        and transactions.booking_date < account_positions.to_date
    left join named_lines
        on transactions.source_id = named_lines.source_id
        and transactions.transaction_id = named_lines.transaction_id
        and transactions.line_id = named_lines.line_id
    where named_lines.line_id is null
    group by
        transactions.source_id, transactions.transaction_id, transactions.line_id, account_positions.position_id,
        transactions.period_id
)

select source_id, transaction_id, line_id, position_id, share_rate, period_id
from transaction_positions
union all
select
    source_id, transaction_id, line_id, position_id, cast(share_rate as decimal(18, 6)) as share_rate, period_id
from of_accounts
