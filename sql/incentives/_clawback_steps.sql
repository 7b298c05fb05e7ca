-- One row per step by which an event that takes pay back comes to what a pay run takes.
with clawbacks as (
    select
        clawback_id, installment_number, payee_id, plan_id, period_id, event_period_id, origin_period_id, cause,
        currency_code, taken_of, base_amount, taken_before_amount, clawback_rate, clawback_amount, installment_count,
        installment_amount
    from incentives.clawbacks
),

events as (
    select clawback_id, event_date, elapsed_count, clawback_amount
    from conformed.clawback_events
),

plans as (
    select plan_id, rounding_mode
    from conformed.plan_plans
),

currencies as (
    select currency_code, minor_digit_count
    from conformed.currencies
),

told as (
    select
        clawbacks.clawback_id, clawbacks.installment_number, clawbacks.payee_id, clawbacks.plan_id,
        clawbacks.period_id, clawbacks.event_period_id, clawbacks.origin_period_id, clawbacks.cause,
        case when events.clawback_amount is null then clawbacks.taken_of else 'given' end as taken_of,
        clawbacks.base_amount, clawbacks.taken_before_amount, clawbacks.clawback_rate,
        clawbacks.clawback_amount, clawbacks.installment_count, clawbacks.installment_amount, events.event_date,
        events.elapsed_count, plans.rounding_mode, coalesce(currencies.minor_digit_count, 2) as minor_digit_count,
        'clawback/' || clawbacks.clawback_id || '/' || cast(clawbacks.installment_number as varchar) as basis_key
    from clawbacks
    inner join events on clawbacks.clawback_id = events.clawback_id
    inner join plans on clawbacks.plan_id = plans.plan_id
    left join currencies on clawbacks.currency_code = currencies.currency_code
),

steps as (
    select
        payee_id, plan_id, period_id, basis_key, 5000 as step_number, 'clawback_base' as step_name,
        'take' as operation, cast(base_amount as decimal(38, 10)) as value_in, cast(null as decimal(38, 10)) as operand,
        cast(base_amount as decimal(38, 10)) as value_out, cast(null as decimal(38, 10)) as from_value,
        '' as rounding_mode, 0 as rounding_digits, origin_period_id, clawback_id, event_date,
        case when taken_of = 'paid' then 'what was paid of ' else 'what was earned in ' end || origin_period_id as words
    from told
    where taken_of <> 'given'
    union all
    select
        payee_id, plan_id, period_id, basis_key, 5010 as step_number, 'taken_before' as step_name,
        'above' as operation, cast(base_amount as decimal(38, 10)) as value_in,
        cast(taken_before_amount as decimal(38, 10)) as operand,
        cast(greatest(base_amount - taken_before_amount, 0.0000) as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, '' as rounding_mode, 0 as rounding_digits, origin_period_id,
        clawback_id, event_date, 'less what earlier events took of it' as words
    from told
    where taken_of <> 'given'
    union all
    select
        payee_id, plan_id, period_id, basis_key, 5020 as step_number, 'clawback_rate' as step_name,
        'times_rounded' as operation,
        cast(greatest(base_amount - taken_before_amount, 0.0000) as decimal(38, 10)) as value_in,
        cast(clawback_rate as decimal(38, 10)) as operand, cast(clawback_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, rounding_mode, minor_digit_count as rounding_digits,
        origin_period_id, clawback_id, event_date,
        'event `' || clawback_id || '` of ' || cast(event_date as varchar) || ', cause `' || cause || '`, after '
            || cast(elapsed_count as varchar) as words
    from told
    where taken_of <> 'given'
    union all
    select
        payee_id, plan_id, period_id, basis_key, 5020 as step_number, 'clawback_given' as step_name,
        'take' as operation, cast(clawback_amount as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand, cast(clawback_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value, '' as rounding_mode, 0 as rounding_digits, origin_period_id,
        clawback_id, event_date,
        'amount stated by event `' || clawback_id || '` of ' || cast(event_date as varchar) || ', cause `' || cause
            || '`' as words
    from told
    where taken_of = 'given'
    union all
    select
        payee_id, plan_id, period_id, basis_key, 5030 as step_number, 'installment' as step_name,
        'installment' as operation, cast(clawback_amount as decimal(38, 10)) as value_in,
        cast(installment_count as decimal(38, 10)) as operand, cast(installment_amount as decimal(38, 10)) as value_out,
        cast(installment_number as decimal(38, 10)) as from_value, 'down' as rounding_mode,
        minor_digit_count as rounding_digits, origin_period_id, clawback_id, event_date,
        'installment ' || cast(installment_number as varchar) || ' of ' || cast(installment_count as varchar)
            || ', from ' || event_period_id || ' on; the first ones take what does not divide' as words
    from told
    where installment_count > 1
    union all
    select
        payee_id, plan_id, period_id, basis_key, 5900 as step_number, 'entry' as step_name, 'times' as operation,
        cast(installment_amount as decimal(38, 10)) as value_in, cast(-1 as decimal(38, 10)) as operand,
        cast(0.0000 - installment_amount as decimal(38, 10)) as value_out, cast(null as decimal(38, 10)) as from_value,
        '' as rounding_mode, 0 as rounding_digits, origin_period_id, clawback_id, event_date,
        case when installment_amount < 0.0 then 'given again in this run' else 'taken back in this run' end as words
    from told
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
    rounding_mode,
    cast(rounding_digits as bigint) as rounding_digits,
    origin_period_id,
    clawback_id as reference_id,
    cast(event_date as date) as reference_date,
    words
from steps
