-- One row per identity, subject, period and currency: both sides, which must be equal.
with batches as (
    select stream, delivered_count, landed_count, quarantined_count, repeated_count, refused_count
    from staging.batches
),

transactions as (
    select period_id, line_id
    from conformed.transactions
),

credits as (
    select source_id, transaction_id, line_id, period_id
    from credits.credits
),

uncovered_lines as (
    select source_id, transaction_id, line_id, period_id
    from credits.uncovered_lines
),

uncredited as (
    select source_id, transaction_id, line_id, period_id
    from credits.uncredited
    where is_in_scope
),

unmatched_lines as (
    select period_id, line_count
    from credits.unmatched_lines
),

measures as (
    select period_id, payee_id
    from attainment.measures
    where payee_id <> '' and (coalesce(pay_kind, 'curve') <> 'none' or not_payable_reason is not null)
),

measuring_exceptions as (
    select period_id, subject_id
    from attainment.exceptions
    where subject_kind = 'component'
),

paying_exceptions as (
    select period_id, subject_id
    from incentives.exceptions
    where subject_kind = 'component'
),

periods as (
    select period_id, period_kind, to_date
    from conformed.periods
),

conservation as (
    select
        rule_set_id, period_id, currency_code, credit_type, declared_amount, credited_amount, orphaned_amount,
        over_credited_amount, rolled_up_amount
    from credits.conservation
),

due_roll_ups as (
    select rule_set_id, period_id, currency_code, due_amount
    from reporting._due_roll_ups
),

incentives as (
    select period_id, currency_code, incentive_amount
    from incentives.incentives
),

earnings as (
    select period_id, currency_code, plan_adjustment_amount, component_deferred_amount
    from incentives.earnings
),

draws as (
    select period_id, currency_code, top_up_amount, recovered_amount
    from incentives.draws
),

clawbacks as (
    select period_id, currency_code, installment_amount
    from incentives.clawbacks
),

deposit_lines as (
    select period_id, plan_currency_code, plan_amount, currency_code, deposit_amount
    from incentives.deposit_lines
),

payments as (
    select payee_id, period_id, currency_code, deposit_amount, opening_balance_amount, payment_amount, closing_balance_amount
    from incentives.payments
),

balances as (
    select period_id, currency_code, balance_type, opening_balance_amount, change_amount, closing_balance_amount
    from incentives.balances
),

uncovered as (
    select source_id, transaction_id, line_id, period_id
    from uncovered_lines
    union all
    select source_id, transaction_id, line_id, period_id
    from uncredited
),

scoped_lines as (
    select source_id, transaction_id, line_id, period_id
    from credits
    group by source_id, transaction_id, line_id, period_id
    union all
    select uncovered.source_id, uncovered.transaction_id, uncovered.line_id, uncovered.period_id
    from uncovered
    left join credits
        on uncovered.source_id = credits.source_id
        and uncovered.transaction_id = credits.transaction_id
        and uncovered.line_id = credits.line_id
    where credits.line_id is null
    group by uncovered.source_id, uncovered.transaction_id, uncovered.line_id, uncovered.period_id
),

-- Every line is in the scope of some rule set, or of none; every measure is paid, or an exception.
accounted as (
    select 'scoping' as identity, period_id, count(line_id) as left_count, 0 as right_count
    from transactions
    group by period_id
    union all
    select 'scoping' as identity, period_id, 0 as left_count, count(line_id) as right_count
    from scoped_lines
    group by period_id
    union all
    select 'scoping' as identity, period_id, 0 as left_count, sum(line_count) as right_count
    from unmatched_lines
    group by period_id
    union all
    select 'measuring' as identity, period_id, count(payee_id) as left_count, 0 as right_count
    from measures
    group by period_id
    union all
    select 'measuring' as identity, period_id, 0 as left_count, count(incentive_amount) as right_count
    from incentives
    group by period_id
    union all
    select 'measuring' as identity, period_id, 0 as left_count, count(subject_id) as right_count
    from measuring_exceptions
    group by period_id
    union all
    select 'measuring' as identity, period_id, 0 as left_count, count(subject_id) as right_count
    from paying_exceptions
    group by period_id
),

-- Pay on its way: in the currency of the plan until it is due, in the one that pays from then on.
amounts as (
    select 'depositing' as identity, period_id, currency_code, incentive_amount as left_amount, 0.0000 as right_amount
    from incentives
    union all
    select 'depositing' as identity, period_id, currency_code,
        plan_adjustment_amount + component_deferred_amount as left_amount, 0.0000 as right_amount
    from earnings
    union all
    select 'depositing' as identity, period_id, currency_code, top_up_amount - recovered_amount as left_amount,
        0.0000 as right_amount
    from draws
    union all
    select 'depositing' as identity, period_id, currency_code, 0.0000 - installment_amount as left_amount,
        0.0000 as right_amount
    from clawbacks
    union all
    select 'depositing' as identity, period_id, plan_currency_code as currency_code, 0.0000 as left_amount,
        plan_amount as right_amount
    from deposit_lines
    union all
    select 'depositing' as identity, period_id, currency_code, 0.0000 as left_amount, change_amount as right_amount
    from balances
    where balance_type = 'held' or balance_type = 'deferred_cap'
    union all
    select 'paying' as identity, period_id, currency_code, deposit_amount as left_amount, 0.0000 as right_amount
    from deposit_lines
    union all
    select 'paying' as identity, period_id, currency_code, 0.0000 as left_amount, payment_amount as right_amount
    from payments
    union all
    select 'paying' as identity, period_id, currency_code, opening_balance_amount as left_amount,
        closing_balance_amount as right_amount
    from balances
    where balance_type = 'negative_result'
),

followed as (
    select
        payments.period_id, payments.currency_code, payments.opening_balance_amount,
        lag(payments.closing_balance_amount) over (
            partition by payments.payee_id, payments.currency_code
            order by
                periods.to_date,
                case when periods.period_kind = 'base' then 1 when periods.period_kind = 'quarter' then 2 else 3 end,
                payments.period_id
        ) as closing_before_amount
    from payments
    inner join periods on payments.period_id = periods.period_id
),

carried_over as (
    select
        period_id, currency_code,
        sum(opening_balance_amount) as opening_balance_amount,
        sum(coalesce(closing_before_amount, 0.0000)) as closing_before_amount
    from followed
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
        cast(declared_amount as decimal(38, 10)) as left_value,
        cast(credited_amount - over_credited_amount + orphaned_amount as decimal(38, 10)) as right_value,
        case
            when credit_type in ('overlay', 'team') then 'amount x declared share = credited'
            else 'in scope = credited - over-credited + orphaned'
        end as words
    from conservation
    union all
    select
        'rolling_up' as identity, coalesce(conservation.rule_set_id, due_roll_ups.rule_set_id) as subject_id,
        coalesce(conservation.period_id, due_roll_ups.period_id) as period_id,
        coalesce(conservation.currency_code, due_roll_ups.currency_code) as currency_code,
        cast(coalesce(conservation.rolled_up_amount, 0.0000000000) as decimal(38, 10)) as left_value,
        cast(coalesce(due_roll_ups.due_amount, 0.0000000000) as decimal(38, 10)) as right_value,
        'rolled up = own credits x managers on the day' as words
    from conservation
    full outer join due_roll_ups
        on conservation.rule_set_id = due_roll_ups.rule_set_id
        and conservation.period_id = due_roll_ups.period_id
        and conservation.currency_code = due_roll_ups.currency_code
    union all
    select
        identity, 'all' as subject_id, period_id, '' as currency_code,
        cast(sum(left_count) as decimal(38, 10)) as left_value,
        cast(sum(right_count) as decimal(38, 10)) as right_value,
        case
            when identity = 'scoping' then 'transactions = lines in some rule set + lines in none'
            else 'measures of payees = incentives + exceptions'
        end as words
    from accounted
    group by identity, period_id
    union all
    select
        identity, 'all' as subject_id, period_id, currency_code,
        cast(sum(left_amount) as decimal(38, 10)) as left_value,
        cast(sum(right_amount) as decimal(38, 10)) as right_value,
        case
            when identity = 'depositing'
                then 'incentives + draws + guarantees - clawbacks = deposits + held + deferred'
            else 'deposits + opening balances = payments + closing balances'
        end as words
    from amounts
    group by identity, period_id, currency_code
    union all
    select
        'carrying' as identity, 'all' as subject_id, period_id, currency_code,
        cast(opening_balance_amount as decimal(38, 10)) as left_value,
        cast(closing_before_amount as decimal(38, 10)) as right_value,
        'opening balances = closing balances of the run before' as words
    from carried_over
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
