-- One row per step by which a draw or guarantee comes to what it adds in a pay run, and to what the run recovers of it.
with levels as (
    select
        payee_id, plan_id, draw_id, period_id, draw_amount, minor_digit_count, rounding_mode, base_amount, draw_rate,
        draw_day_count, divisor_day_count, exact_amount
    from incentives._draw_levels
    where draw_amount is not null
),

draws as (
    select
        payee_id, plan_id, draw_id, period_id, draw_kind, currency_code, top_up_amount, recovered_amount,
        opening_balance_amount, covered_amount, due_amount, in_force_amount, rate_with, rate_before,
        recovery_limit_amount
    from incentives.draws
),

plans as (
    select plan_id, rounding_mode
    from conformed.plan_plans
),

currencies as (
    select currency_code, minor_digit_count
    from conformed.currencies
),

advanced as (
    select
        draws.payee_id, draws.plan_id, draws.draw_id, draws.period_id, draws.top_up_amount, draws.covered_amount,
        case when draws.draw_kind = 'guarantee' then 'guarantee' else 'draw' end as cause, levels.draw_amount,
        levels.minor_digit_count, levels.rounding_mode, levels.base_amount, levels.draw_rate, levels.draw_day_count,
        levels.divisor_day_count, levels.exact_amount,
        case when levels.draw_rate is null then levels.base_amount else times(levels.base_amount, levels.draw_rate) end
            as whole_amount,
        'draw/' || draws.draw_id as basis_key
    from draws
    inner join levels
        on draws.payee_id = levels.payee_id
        and draws.plan_id = levels.plan_id
        and draws.draw_id = levels.draw_id
        and draws.period_id = levels.period_id
),

recovered as (
    select
        draws.payee_id, draws.plan_id, draws.draw_id, draws.period_id, draws.recovered_amount, draws.due_amount,
        draws.in_force_amount, draws.rate_with, draws.rate_before, draws.recovery_limit_amount,
        draws.top_up_amount - draws.opening_balance_amount as owed_amount,
        greatest(draws.due_amount - draws.in_force_amount, 0.0000) as above_amount, plans.rounding_mode,
        coalesce(currencies.minor_digit_count, 2) as minor_digit_count, 'draw_recovery/' || draws.draw_id as basis_key
    from draws
    inner join plans on draws.plan_id = plans.plan_id
    left join currencies on draws.currency_code = currencies.currency_code
    where draws.recovered_amount <> 0.0
),

shared as (
    select
        payee_id, plan_id, draw_id, period_id, recovered_amount, due_amount, in_force_amount, rate_with, rate_before,
        recovery_limit_amount, owed_amount, above_amount, rounding_mode, minor_digit_count, basis_key,
        round_money(times(above_amount, rate_with), minor_digit_count, rounding_mode) as with_amount,
        round_money(times(above_amount, rate_before), minor_digit_count, rounding_mode) as before_amount
    from recovered
),

steps as (
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5000 as step_number,
        case when draw_rate is null then 'draw_amount' else 'draw_base' end as step_name, 'take' as operation,
        cast(base_amount as decimal(38, 10)) as value_in, cast(null as decimal(38, 10)) as operand,
        cast(base_amount as decimal(38, 10)) as value_out, '' as rounding_mode, 0 as rounding_digits, cause,
        case
            when draw_rate is null then 'amount of the draw `' || draw_id || '`'
            when draw_day_count is null then 'pay at 100 % of the eligible days'
            else 'pay at 100 % of each day held, added up'
        end as words
    from advanced
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5010 as step_number, 'draw_rate' as step_name,
        'times' as operation, cast(base_amount as decimal(38, 10)) as value_in,
        cast(draw_rate as decimal(38, 10)) as operand, cast(whole_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, cause, 'part that the draw `' || draw_id || '` grants' as words
    from advanced
    where draw_rate is not null
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5020 as step_number, 'draw_days' as step_name,
        'times' as operation, cast(whole_amount as decimal(38, 10)) as value_in,
        cast(draw_day_count as decimal(38, 10)) as operand,
        cast(times(whole_amount, cast(draw_day_count as decimal(38, 10))) as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, cause, 'days held on which the draw is in force' as words
    from advanced
    where draw_day_count is not null
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5030 as step_number, 'draw_days' as step_name,
        'quotient' as operation,
        cast(times(whole_amount, cast(draw_day_count as decimal(38, 10))) as decimal(38, 10)) as value_in,
        cast(divisor_day_count as decimal(38, 10)) as operand, cast(exact_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, cause,
        case
            when draw_rate is null then 'divided by the days of the period'
            else 'divided by the days of the period, times the days held'
        end as words
    from advanced
    where draw_day_count is not null
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5040 as step_number, 'rounding' as step_name,
        'round' as operation, cast(exact_amount as decimal(38, 10)) as value_in,
        cast(minor_digit_count as decimal(38, 10)) as operand, cast(draw_amount as decimal(38, 10)) as value_out,
        rounding_mode, minor_digit_count as rounding_digits, cause,
        'what the payee has at least by `' || draw_id || '`' as words
    from advanced
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5050 as step_number, 'top_up' as step_name,
        'above' as operation, cast(draw_amount as decimal(38, 10)) as value_in,
        cast(covered_amount as decimal(38, 10)) as operand, cast(top_up_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, cause, 'less what is earned, or granted by a draw before it' as words
    from advanced
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5900 as step_number, 'entry' as step_name,
        'take' as operation, cast(top_up_amount as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand, cast(top_up_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, cause,
        case when cause = 'guarantee' then 'guaranteed, and never recovered' else 'advanced by the draw' end as words
    from advanced
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5000 as step_number, 'recovered_from' as step_name,
        'above' as operation, cast(due_amount as decimal(38, 10)) as value_in,
        cast(in_force_amount as decimal(38, 10)) as operand, cast(above_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, 'draw_recovery' as cause,
        'what is due, less what a draw in force grants' as words
    from shared
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5010 as step_number, 'recovery_rate' as step_name,
        'times_rounded' as operation, cast(above_amount as decimal(38, 10)) as value_in,
        cast(rate_with as decimal(38, 10)) as operand, cast(with_amount as decimal(38, 10)) as value_out,
        rounding_mode, minor_digit_count as rounding_digits, 'draw_recovery' as cause,
        case
            when rate_before = 0.0 then 'part that `' || draw_id || '` recovers'
            else 'part that `' || draw_id || '` and the draws before it recover'
        end as words
    from shared
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5020 as step_number, 'other_draws' as step_name,
        'minus' as operation, cast(with_amount as decimal(38, 10)) as value_in,
        cast(before_amount as decimal(38, 10)) as operand,
        cast(with_amount - before_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, 'draw_recovery' as cause, 'less what the draws before it recover' as words
    from shared
    where rate_before <> 0.0
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5030 as step_number, 'recovery_limit' as step_name,
        'at_most' as operation, cast(with_amount - before_amount as decimal(38, 10)) as value_in,
        cast(recovery_limit_amount as decimal(38, 10)) as operand,
        cast(least(with_amount - before_amount, recovery_limit_amount) as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, 'draw_recovery' as cause, 'the most that a run recovers of it' as words
    from shared
    where recovery_limit_amount is not null
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5040 as step_number, 'still_owed' as step_name,
        'at_most' as operation,
        cast(least(with_amount - before_amount, coalesce(recovery_limit_amount, with_amount - before_amount)) as decimal(38, 10))
            as value_in,
        cast(owed_amount as decimal(38, 10)) as operand, cast(recovered_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, 'draw_recovery' as cause,
        'never more than what `' || draw_id || '` has advanced and not got back' as words
    from shared
    union all
    select
        payee_id, plan_id, draw_id, period_id, basis_key, 5900 as step_number, 'entry' as step_name,
        'times' as operation, cast(recovered_amount as decimal(38, 10)) as value_in,
        cast(-1 as decimal(38, 10)) as operand, cast(0.0000 - recovered_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 0 as rounding_digits, 'draw_recovery' as cause, 'taken in this run' as words
    from shared
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
    rounding_mode,
    cast(rounding_digits as bigint) as rounding_digits,
    cause,
    draw_id as reference_id,
    words
from steps
