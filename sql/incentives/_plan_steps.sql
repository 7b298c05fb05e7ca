-- One row per step by which a plan as a whole comes from its components to what it pays, where it changes anything.
with adjusted_plans as (
    select
        plan_id, position_id, payee_id, period_id, currency_code, multiplier_count, sum_amount,
        multiplied_amount, span_kind, cap_amount, cap_excess, capped_amount, spanned_amount, floor_amount,
        floored_amount, rounding_mode, rounding_digits, state_amount, state_before_amount, total_amount,
        earned_amount, adjustment_amount
    from incentives.plan_totals
    where adjustment_amount <> 0.0 or multiplier_count > 0 or cap_amount is not null or floor_amount is not null
),

factors as (
    select
        plan_id, component_id, position_id, payee_id, period_id, multiplier_number, by_component_id, looked_up_value,
        factor_rate
    from incentives._factors
    where factor_rate is not null
),

plan_factors as (
    select
        adjusted_plans.plan_id, adjusted_plans.position_id, adjusted_plans.payee_id,
        adjusted_plans.period_id, adjusted_plans.sum_amount,
        factors.multiplier_number, factors.by_component_id, factors.looked_up_value, factors.factor_rate,
        array_agg(factors.factor_rate) over (
            partition by
                adjusted_plans.plan_id, adjusted_plans.position_id, adjusted_plans.payee_id,
                adjusted_plans.period_id
            order by factors.multiplier_number
            rows between unbounded preceding and 1 preceding
        ) as rates_before
    from adjusted_plans
    inner join factors
        on adjusted_plans.plan_id = factors.plan_id
        and factors.component_id = ''
        and adjusted_plans.position_id = factors.position_id
        and adjusted_plans.payee_id = factors.payee_id
        and adjusted_plans.period_id = factors.period_id
),

plan_multipliers as (
    select
        plan_id, position_id, payee_id, period_id, multiplier_number,
        by_component_id, looked_up_value, factor_rate, times_each(sum_amount, rates_before) as multiplier_in
    from plan_factors
),

plain_steps as (
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3000 as step_number, 'sum' as step_name,
        'sum' as operation, cast(null as decimal(38, 10)) as value_in, cast(null as decimal(38, 10)) as operand,
        cast(sum_amount as decimal(38, 10)) as value_out, '' as rounding_mode, 'all components of the plan' as words
    from adjusted_plans
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3210 as step_number, 'cap' as step_name,
        'minus' as operation, cast(multiplied_amount as decimal(38, 10)) as value_in,
        cast(multiplied_amount - capped_amount as decimal(38, 10)) as operand,
        cast(capped_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        case
            when cap_excess = 'defer'
                then 'over its span the plan pays at most ' || cast(cap_amount as varchar) || '; the rest is paid in later periods'
            else 'over its span the plan pays at most ' || cast(cap_amount as varchar) || '; the rest is forfeited'
        end as words
    from adjusted_plans
    where cap_amount is not null
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3220 as step_number, 'span' as step_name,
        'plus' as operation, cast(capped_amount as decimal(38, 10)) as value_in,
        cast(spanned_amount - capped_amount as decimal(38, 10)) as operand,
        cast(spanned_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'with what the plan gives for the span so far, in every seat of the payee' as words
    from adjusted_plans
    where span_kind <> 'period' or spanned_amount <> capped_amount
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3230 as step_number, 'floor' as step_name,
        case when floored_amount = greatest(spanned_amount, floor_amount) then 'at_least' else 'take' end as operation,
        cast(spanned_amount as decimal(38, 10)) as value_in, cast(floor_amount as decimal(38, 10)) as operand,
        cast(floored_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'never less than the floor; what is below zero stays' as words
    from adjusted_plans
    where floor_amount is not null
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3240 as step_number, 'rounding' as step_name,
        'round' as operation, cast(floored_amount as decimal(38, 10)) as value_in,
        cast(rounding_digits as decimal(38, 10)) as operand, cast(state_amount as decimal(38, 10)) as value_out,
        rounding_mode, 'to the minor unit of ' || currency_code as words
    from adjusted_plans
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3250 as step_number,
        'earned_before' as step_name, 'minus' as operation, cast(state_amount as decimal(38, 10)) as value_in,
        cast(state_before_amount as decimal(38, 10)) as operand, cast(total_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'already paid in the span' as words
    from adjusted_plans
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3300 as step_number, 'adjustment' as step_name,
        'minus' as operation, cast(total_amount as decimal(38, 10)) as value_in,
        cast(earned_amount as decimal(38, 10)) as operand, cast(adjustment_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'what the plan as a whole adds to its components, or takes' as words
    from adjusted_plans
),

looking_steps as (
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3101 + 2 * multiplier_number as step_number,
        'multiplier' as step_name, 'times' as operation, multiplier_in as value_in,
        cast(factor_rate as decimal(38, 10)) as operand, times(multiplier_in, factor_rate) as value_out,
        by_component_id as subject_id, cast(looked_up_value as decimal(38, 10)) as subject_value, '' as rounding_mode,
        'multiplied by ' || by_component_id as words
    from plan_multipliers
),

steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, step_number, step_name, operation, value_in, operand,
        value_out, cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as from_output,
        cast(null as decimal(38, 10)) as to_value, cast(null as decimal(38, 10)) as to_output,
        cast(null as varchar) as subject_id, cast(null as decimal(38, 10)) as subject_value, rounding_mode, words
    from plain_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, step_number, step_name, operation, value_in, operand,
        value_out, cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as from_output,
        cast(null as decimal(38, 10)) as to_value, cast(null as decimal(38, 10)) as to_output, subject_id,
        subject_value, rounding_mode, words
    from looking_steps
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    cast(step_number as bigint) as step_number,
    step_name,
    operation,
    value_in,
    operand,
    value_out,
    from_value,
    from_output,
    to_value,
    to_output,
    subject_id,
    subject_value,
    rounding_mode,
    words
from steps
