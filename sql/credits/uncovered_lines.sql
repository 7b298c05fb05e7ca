-- One row per transaction line and rule set whose shares do not add up to one.
with lines as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, group_number, covered_rate,
        net_amount, currency_code, booking_date, period_id
    from credits._lines
)

select
    source_id,
    transaction_id,
    line_id,
    rule_set_id,
    rule_id,
    case
        when covered_rate > 1.000000 then 'shares_above_one'
        when covered_rate <> 0.000000 then 'shares_below_one'
        when credit_type = 'direct' then 'not_aligned'
        else 'nobody_named'
    end as reason,
    cast(covered_rate as decimal(18, 6)) as covered_rate,
    net_amount,
    case
        when covered_rate < 1.000000 then net_amount * cast(1.000000 - covered_rate as decimal(18, 6))
        else 0.0000000000
    end as orphaned_amount,
    case
        when covered_rate > 1.000000 then net_amount * cast(covered_rate - 1.000000 as decimal(18, 6))
        else 0.0000000000
    end as over_credited_amount,
    currency_code,
    booking_date,
    period_id
from lines
where covered_rate <> 1.000000
