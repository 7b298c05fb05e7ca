-- One row per step by which what a payee earned, was advanced or has to give back comes to the payment of a run.
with earned_steps as (
    select
        payee_id, plan_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out,
        from_value, to_value, rounding_digits, cause, origin_period_id, reference_id, reference_date, words
    from incentives._earned_steps
),

draw_steps as (
    select
        payee_id, plan_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out,
        rounding_mode, rounding_digits, cause, reference_id, words
    from incentives._draw_steps
),

clawback_steps as (
    select
        payee_id, plan_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out,
        from_value, rounding_mode, rounding_digits, origin_period_id, reference_id, reference_date, words
    from incentives._clawback_steps
),

lines as (
    select
        payee_id, plan_id, period_id, origin_period_id, cause, plan_currency_code, plan_amount, exchange_rate_id,
        exchange_rate, rate_type, rate_date, lacks_rate, currency_code, deposit_amount
    from incentives.deposit_lines
),

payee_runs as (
    select payee_id, currency_code, period_id, deposit_amount, may_be_negative, recovery_limit_amount
    from incentives._payee_runs
),

payments as (
    select payee_id, currency_code, period_id, opening_balance_amount, payment_amount, closing_balance_amount
    from incentives.payments
),

begun_runs as (
    select period_id
    from incentives._begun_runs
),

plans as (
    select plan_id, currency_code, rounding_mode
    from conformed.plan_plans
),

currencies as (
    select currency_code, minor_digit_count
    from conformed.currencies
),

told as (
    select
        payee_id, plan_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out,
        from_value, to_value, '' as rounding_mode, rounding_digits, cause, origin_period_id, reference_id, reference_date, words
    from earned_steps
    union all
    select
        payee_id, plan_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out,
        cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as to_value, rounding_mode, rounding_digits, cause,
        period_id as origin_period_id, reference_id, cast(null as date) as reference_date, words
    from draw_steps
    union all
    select
        payee_id, plan_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out,
        from_value, cast(null as decimal(38, 10)) as to_value, rounding_mode, rounding_digits, 'clawback' as cause,
        origin_period_id, reference_id,
        reference_date, words
    from clawback_steps
),

-- Only runs that have begun make something due.
begun as (
    select
        told.payee_id, told.plan_id, told.period_id, told.basis_key, told.step_number, told.step_name, told.operation,
        told.value_in, told.operand, told.value_out, told.from_value, told.to_value, told.rounding_mode, told.rounding_digits,
        told.cause, told.origin_period_id, told.reference_id, told.reference_date, told.words, plans.currency_code
    from told
    inner join begun_runs on told.period_id = begun_runs.period_id
    inner join plans on told.plan_id = plans.plan_id
),

entered as (
    select payee_id, plan_id, period_id, cause, origin_period_id, currency_code, sum(value_out) as entered_amount
    from begun
    where step_name = 'entry'
    group by payee_id, plan_id, period_id, cause, origin_period_id, currency_code
),

unpriced as (
    select payee_id, plan_id, period_id
    from lines
    where lacks_rate
    group by payee_id, plan_id, period_id
),

-- Without a rate nothing is due: what a cause brings is held.
without_rate as (
    select
        entered.payee_id, entered.plan_id, entered.period_id, entered.cause, entered.origin_period_id,
        entered.currency_code, entered.entered_amount
    from entered
    inner join unpriced
        on entered.payee_id = unpriced.payee_id
        and entered.plan_id = unpriced.plan_id
        and entered.period_id = unpriced.period_id
    where entered.entered_amount <> 0.0
),

priced_lines as (
    select
        lines.payee_id, lines.plan_id, lines.period_id, lines.origin_period_id, lines.cause, lines.plan_currency_code,
        lines.plan_amount, lines.exchange_rate_id, lines.exchange_rate, lines.rate_type, lines.rate_date,
        lines.currency_code, lines.deposit_amount, plans.rounding_mode,
        coalesce(currencies.minor_digit_count, 2) as minor_digit_count,
        'due/' || lines.cause || '/' || lines.origin_period_id as basis_key
    from lines
    inner join plans on lines.plan_id = plans.plan_id
    left join currencies on lines.currency_code = currencies.currency_code
),

paid as (
    select
        payments.payee_id, payments.currency_code, payments.period_id, payments.opening_balance_amount,
        payments.payment_amount, payments.closing_balance_amount, payee_runs.deposit_amount,
        payee_runs.may_be_negative, payee_runs.recovery_limit_amount,
        least(payee_runs.deposit_amount, coalesce(payee_runs.recovery_limit_amount, payee_runs.deposit_amount))
            as change_amount,
        'carried/' || payments.currency_code as carried_key, 'payment/' || payments.currency_code as payment_key
    from payments
    inner join payee_runs
        on payments.payee_id = payee_runs.payee_id
        and payments.currency_code = payee_runs.currency_code
        and payments.period_id = payee_runs.period_id
),

carried as (
    select
        payee_id, currency_code, period_id, carried_key, opening_balance_amount, closing_balance_amount,
        deposit_amount, may_be_negative, recovery_limit_amount, change_amount
    from paid
    where opening_balance_amount <> 0.0 or closing_balance_amount <> 0.0
),

steps as (
    select
        payee_id, plan_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out,
        from_value, to_value, rounding_mode, rounding_digits, cause, origin_period_id, reference_id, reference_date,
        cast(null as varchar) as exchange_rate_id, cast(null as decimal(28, 12)) as exchange_rate, currency_code, words
    from begun
    union all
    select
        payee_id, plan_id, period_id, 'without_rate/' || cause || '/' || origin_period_id as basis_key,
        5900 as step_number, 'entry' as step_name, 'times' as operation, entered_amount as value_in,
        cast(-1 as decimal(38, 10)) as operand, cast(0.0 - entered_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as to_value, '' as rounding_mode, 0 as rounding_digits, 'held' as cause,
        origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        cast(null as varchar) as exchange_rate_id, cast(null as decimal(28, 12)) as exchange_rate, currency_code,
        'held until there is a rate from ' || currency_code || ' to the currency of the payee' as words
    from without_rate
    union all
    select
        payee_id, plan_id, period_id, basis_key, 6000 as step_number, 'line' as step_name,
        'sum_of_entries' as operation, cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand, cast(plan_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as to_value, '' as rounding_mode, 0 as rounding_digits, cause,
        origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        cast(null as varchar) as exchange_rate_id, cast(null as decimal(28, 12)) as exchange_rate,
        plan_currency_code as currency_code, 'in the currency of the plan' as words
    from priced_lines
    where exchange_rate is not null
    union all
    select
        payee_id, plan_id, period_id, basis_key, 6100 as step_number, 'due' as step_name,
        case when exchange_rate is null then 'sum_of_entries' else 'convert' end as operation,
        case when exchange_rate is null then null else cast(plan_amount as decimal(38, 10)) end as value_in,
        cast(null as decimal(38, 10)) as operand, cast(deposit_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as to_value,
        case when exchange_rate is null then '' else rounding_mode end as rounding_mode,
        case when exchange_rate is null then 0 else minor_digit_count end as rounding_digits, cause, origin_period_id,
        cast(null as varchar) as reference_id, rate_date as reference_date, exchange_rate_id, exchange_rate,
        currency_code,
        case
            when exchange_rate is null then 'due'
            else plan_currency_code || ' to ' || currency_code || ', rate `' || exchange_rate_id || '` (' || rate_type
                || ') of ' || cast(rate_date as varchar)
        end as words
    from priced_lines
    union all
    select
        payee_id, '' as plan_id, period_id, carried_key as basis_key, 7000 as step_number, 'all_due' as step_name,
        'sum_of_lines' as operation, cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand, cast(deposit_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as to_value, '' as rounding_mode, 0 as rounding_digits, '' as cause,
        period_id as origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        cast(null as varchar) as exchange_rate_id, cast(null as decimal(28, 12)) as exchange_rate, currency_code,
        'all that is due in the run' as words
    from carried
    union all
    select
        payee_id, '' as plan_id, period_id, carried_key as basis_key, 7010 as step_number,
        'recovery_limit' as step_name, 'at_most' as operation, cast(deposit_amount as decimal(38, 10)) as value_in,
        cast(recovery_limit_amount as decimal(38, 10)) as operand, cast(change_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as to_value, '' as rounding_mode, 0 as rounding_digits, '' as cause,
        period_id as origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        cast(null as varchar) as exchange_rate_id, cast(null as decimal(28, 12)) as exchange_rate, currency_code,
        'the most that the pay group recovers in a run' as words
    from carried
    where recovery_limit_amount is not null
    union all
    select
        payee_id, '' as plan_id, period_id, carried_key as basis_key, 7020 as step_number, 'carried_in' as step_name,
        'plus' as operation, cast(change_amount as decimal(38, 10)) as value_in,
        cast(opening_balance_amount as decimal(38, 10)) as operand,
        cast(change_amount + opening_balance_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as to_value, '' as rounding_mode, 0 as rounding_digits, '' as cause,
        period_id as origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        cast(null as varchar) as exchange_rate_id, cast(null as decimal(28, 12)) as exchange_rate, currency_code,
        'with what the run before carried on' as words
    from carried
    union all
    select
        payee_id, '' as plan_id, period_id, carried_key as basis_key, 7030 as step_number, 'carried_on' as step_name,
        case when may_be_negative then 'times' else 'at_most' end as operation,
        cast(change_amount + opening_balance_amount as decimal(38, 10)) as value_in,
        cast(0 as decimal(38, 10)) as operand, cast(closing_balance_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as to_value, '' as rounding_mode, 0 as rounding_digits, '' as cause,
        period_id as origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        cast(null as varchar) as exchange_rate_id, cast(null as decimal(28, 12)) as exchange_rate, currency_code,
        case
            when may_be_negative then 'the pay group may be paid less than nothing, so nothing is carried on'
            else 'what is still below zero is carried on'
        end as words
    from carried
    union all
    select
        payee_id, '' as plan_id, period_id, payment_key as basis_key, 8000 as step_number, 'all_due' as step_name,
        'plus' as operation, cast(opening_balance_amount as decimal(38, 10)) as value_in,
        cast(deposit_amount as decimal(38, 10)) as operand,
        cast(opening_balance_amount + deposit_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as to_value, '' as rounding_mode, 0 as rounding_digits, '' as cause,
        period_id as origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        cast(null as varchar) as exchange_rate_id, cast(null as decimal(28, 12)) as exchange_rate, currency_code,
        'what was carried in, and all that is due' as words
    from paid
    union all
    select
        payee_id, '' as plan_id, period_id, payment_key as basis_key, 8100 as step_number, 'payment' as step_name,
        'minus' as operation, cast(opening_balance_amount + deposit_amount as decimal(38, 10)) as value_in,
        cast(closing_balance_amount as decimal(38, 10)) as operand,
        cast(payment_amount as decimal(38, 10)) as value_out, cast(null as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as to_value,
        '' as rounding_mode, 0 as rounding_digits, '' as cause, period_id as origin_period_id,
        cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        cast(null as varchar) as exchange_rate_id, cast(null as decimal(28, 12)) as exchange_rate, currency_code,
        'paid: less what is carried on' as words
    from paid
)

select
    payee_id,
    plan_id,
    period_id,
    basis_key,
    cast(step_number as bigint) as step_number,
    step_name,
    operation,
    value_in,
    operand,
    value_out,
    from_value,
    to_value,
    rounding_mode,
    cast(rounding_digits as bigint) as rounding_digits,
    cause,
    origin_period_id,
    reference_id,
    reference_date,
    exchange_rate_id,
    exchange_rate,
    currency_code,
    words
from steps
