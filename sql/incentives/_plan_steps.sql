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

multipliers as (
    select
        plan_id, component_id, position_id, payee_id, period_id, factor_1_rate, factor_2_rate, factor_3_rate,
        factor_4_rate, factor_5_rate, factor_6_rate
    from incentives._multipliers
    where not lacks_value
),

plan_factors as (
    select
        adjusted_plans.plan_id, adjusted_plans.position_id, adjusted_plans.payee_id, adjusted_plans.period_id,
        factors.multiplier_number, factors.by_component_id, factors.looked_up_value, factors.factor_rate,
        adjusted_plans.sum_amount as step_0_amount,
        times(adjusted_plans.sum_amount, multipliers.factor_1_rate) as step_1_amount,
        multipliers.factor_2_rate, multipliers.factor_3_rate, multipliers.factor_4_rate, multipliers.factor_5_rate,
        multipliers.factor_6_rate
    from adjusted_plans
    inner join multipliers
        on adjusted_plans.plan_id = multipliers.plan_id
        and multipliers.component_id = ''
        and adjusted_plans.position_id = multipliers.position_id
        and adjusted_plans.payee_id = multipliers.payee_id
        and adjusted_plans.period_id = multipliers.period_id
    inner join factors
        on adjusted_plans.plan_id = factors.plan_id
        and factors.component_id = ''
        and adjusted_plans.position_id = factors.position_id
        and adjusted_plans.payee_id = factors.payee_id
        and adjusted_plans.period_id = factors.period_id
),

plan_two as (
    select
        plan_id, position_id, payee_id, period_id,
        multiplier_number, by_component_id, looked_up_value, factor_rate, step_0_amount, step_1_amount,
        times(step_1_amount, factor_2_rate) as step_2_amount,
        times(times(step_1_amount, factor_2_rate), factor_3_rate) as step_3_amount, factor_4_rate, factor_5_rate,
        factor_6_rate
    from plan_factors
),

plan_multipliers as (
    select
        plan_id, position_id, payee_id, period_id,
        multiplier_number, by_component_id, looked_up_value, factor_rate,
        case
            when multiplier_number = 1 then step_0_amount
            when multiplier_number = 2 then step_1_amount
            when multiplier_number = 3 then step_2_amount
            when multiplier_number = 4 then step_3_amount
            when multiplier_number = 5 then times(step_3_amount, factor_4_rate)
            else times(times(step_3_amount, factor_4_rate), factor_5_rate)
        end as multiplier_in,
        case
            when multiplier_number = 1 then step_1_amount
            when multiplier_number = 2 then step_2_amount
            when multiplier_number = 3 then step_3_amount
            when multiplier_number = 4 then times(step_3_amount, factor_4_rate)
            when multiplier_number = 5 then times(times(step_3_amount, factor_4_rate), factor_5_rate)
            else times(times(times(step_3_amount, factor_4_rate), factor_5_rate), factor_6_rate)
        end as multiplier_out
    from plan_two
),

plain_steps as (
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3000 as step_number, 'sum' as step_name,
        'sum' as operation, cast(null as decimal(38, 10)) as value_in, cast(null as decimal(38, 10)) as operand,
        cast(sum_amount as decimal(38, 10)) as value_out, '' as rounding_mode, 'all components of the plan' as words
    from adjusted_plans
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3010 as step_number, 'cap' as step_name,
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
        plan_id, '' as component_id, position_id, payee_id, period_id, 3020 as step_number, 'span' as step_name,
        'plus' as operation, cast(capped_amount as decimal(38, 10)) as value_in,
        cast(spanned_amount - capped_amount as decimal(38, 10)) as operand,
        cast(spanned_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'with what the plan gives for the span so far, in every seat of the payee' as words
    from adjusted_plans
    where span_kind <> 'period' or spanned_amount <> capped_amount
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3030 as step_number, 'floor' as step_name,
        case when floored_amount = greatest(spanned_amount, floor_amount) then 'at_least' else 'take' end as operation,
        cast(spanned_amount as decimal(38, 10)) as value_in, cast(floor_amount as decimal(38, 10)) as operand,
        cast(floored_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'never less than the floor; what is below zero stays' as words
    from adjusted_plans
    where floor_amount is not null
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3040 as step_number, 'rounding' as step_name,
        'round' as operation, cast(floored_amount as decimal(38, 10)) as value_in,
        cast(rounding_digits as decimal(38, 10)) as operand, cast(state_amount as decimal(38, 10)) as value_out,
        rounding_mode, 'to the minor unit of ' || currency_code as words
    from adjusted_plans
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3050 as step_number,
        'earned_before' as step_name, 'minus' as operation, cast(state_amount as decimal(38, 10)) as value_in,
        cast(state_before_amount as decimal(38, 10)) as operand, cast(total_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'already paid in the span' as words
    from adjusted_plans
    union all
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3100 as step_number, 'adjustment' as step_name,
        'minus' as operation, cast(total_amount as decimal(38, 10)) as value_in,
        cast(earned_amount as decimal(38, 10)) as operand, cast(adjustment_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'what the plan as a whole adds to its components, or takes' as words
    from adjusted_plans
),

looking_steps as (
    select
        plan_id, '' as component_id, position_id, payee_id, period_id, 3000 + multiplier_number as step_number,
        'multiplier' as step_name, 'times' as operation, cast(multiplier_in as decimal(38, 10)) as value_in,
        cast(factor_rate as decimal(38, 10)) as operand, cast(multiplier_out as decimal(38, 10)) as value_out,
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
