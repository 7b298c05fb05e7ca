-- One row per identity, subject, period and currency: both sides, which must be equal.
with batches as (
    select stream, delivered_count, landed_count, quarantined_count, repeated_count, refused_count
    from staging.batches
),

conservation as (
    select rule_set_id, period_id, currency_code, in_scope_amount, credited_amount, orphaned_amount, over_credited_amount
    from credits.conservation
),

incentives as (
    select period_id, currency_code, incentive_amount
    from incentives.incentives
),

deposits as (
    select period_id, currency_code, deposit_amount
    from incentives.deposits
),

payments as (
    select payee_id, period_id, currency_code, deposit_amount, opening_balance_amount, payment_amount, closing_balance_amount
    from incentives.payments
),

balances as (
    select payee_id, period_id, currency_code, opening_balance_amount, closing_balance_amount
    from incentives.balances
),

earned as (
    select period_id, currency_code, sum(incentive_amount) as incentive_amount
    from incentives
    group by period_id, currency_code
),

due as (
    select period_id, currency_code, sum(deposit_amount) as deposit_amount
    from deposits
    group by period_id, currency_code
),

paid as (
    select period_id, currency_code, sum(payment_amount) as payment_amount
    from payments
    group by period_id, currency_code
),

carried as (
    select
        period_id, currency_code,
        sum(opening_balance_amount) as opening_balance_amount,
        sum(closing_balance_amount) as closing_balance_amount
    from balances
    group by period_id, currency_code
),

identities as (
    select
        'landing' as identity, stream as subject_id, 'all' as period_id, '' as currency_code,
        cast(sum(delivered_count) as decimal(38, 10)) as left_value,
        cast(sum(landed_count + quarantined_count + repeated_count + refused_count) as decimal(38, 10)) as right_value,
        'delivered = landed + quarantined + repeated + refused' as words
    from batches
    group by stream
    union all
    select
        'crediting' as identity, rule_set_id as subject_id, period_id, currency_code,
        cast(in_scope_amount as decimal(38, 10)) as left_value,
        cast(credited_amount - over_credited_amount + orphaned_amount as decimal(38, 10)) as right_value,
        'in scope = credited - over-credited + orphaned' as words
    from conservation
    union all
    select
        'depositing' as identity, 'all' as subject_id, coalesce(earned.period_id, due.period_id) as period_id,
        coalesce(earned.currency_code, due.currency_code) as currency_code,
        cast(coalesce(earned.incentive_amount, 0.0000) as decimal(38, 10)) as left_value,
        cast(coalesce(due.deposit_amount, 0.0000) as decimal(38, 10)) as right_value,
        'incentives + draws + guarantees - clawbacks = deposits + held + deferred' as words
    from earned
    full outer join due
        on earned.period_id = due.period_id
        and earned.currency_code = due.currency_code
    union all
    select
        'paying' as identity, 'all' as subject_id, coalesce(due.period_id, paid.period_id) as period_id,
        coalesce(due.currency_code, paid.currency_code) as currency_code,
        cast(coalesce(due.deposit_amount, 0.0000) + coalesce(carried.opening_balance_amount, 0.0000) as decimal(38, 10))
            as left_value,
        cast(coalesce(paid.payment_amount, 0.0000) + coalesce(carried.closing_balance_amount, 0.0000) as decimal(38, 10))
            as right_value,
        'deposits + opening balances = payments + closing balances' as words
    from due
    full outer join paid
        on due.period_id = paid.period_id
        and due.currency_code = paid.currency_code
    left join carried
        on due.period_id = carried.period_id
        and due.currency_code = carried.currency_code
)

select
    identity,
    subject_id,
    period_id,
    currency_code,
    words,
    left_value,
    right_value,
    cast(left_value - right_value as decimal(38, 10)) as difference_value,
    case when left_value = right_value then true else false end as is_balanced
from identities
