-- One row per transaction line and rule set of a conserving type whose shares do not add up to one.
with lines as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, covered_rate, net_amount, currency_code,
        booking_date, period_id
    from credits._lines
    where follows_original is not true and covered_rate <> 1.000000 and credit_type in ('direct', 'split')
),

followed_lines as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, share_rate, reason, net_amount,
        currency_code, booking_date, period_id
    from credits._followed_lines
    where credit_type in ('direct', 'split')
),

followed as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, net_amount, currency_code, booking_date, period_id,
        max(reason) as reason,
        sum(share_rate) as covered_rate
    from followed_lines
    group by
        source_id, transaction_id, line_id, rule_set_id, rule_id, net_amount, currency_code, booking_date, period_id
),

uncovered as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, covered_rate, net_amount, currency_code, booking_date,
        period_id,
        case
            when covered_rate <> 0.000000 then ''
            when credit_type = 'direct' then 'not_aligned'
            else 'nobody_named'
        end as reason
    from lines
    union all
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, cast(covered_rate as decimal(18, 6)) as covered_rate,
        net_amount, currency_code, booking_date, period_id, reason
    from followed
    where covered_rate <> 1.000000
)

select
    source_id,
    transaction_id,
    line_id,
    rule_set_id,
    rule_id,
    case
        when covered_rate > 1.000000 then 'shares_above_one'
        when covered_rate <> 0.000000 or reason = '' then 'shares_below_one'
        else reason
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
from uncovered
