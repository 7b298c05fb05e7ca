-- One row per step by which a component comes from its curve to what it earned in a period.
with incentives as (
    select
        plan_id, component_id, position_id, payee_id, period_id, currency_code, rate_source, output, timing,
        below, rate_target_value, curve_amount, shared_place_count, shared_amount, weight_rate, commission_rate,
        rated_amount, eligible_incentive_amount, pay_rate, unmultiplied_amount, multiplied_amount, cap_amount,
        cap_excess, capped_amount, floor_amount, floored_amount, gate_count, gate_component_id,
        gate_attainment_rate, gate_rate, gate_acts_on, gated_amount, pool_cohort_id, pool_amount,
        rounding_mode, rounding_digits, state_amount, grown_from_amount, growth_amount, let_through_amount,
        released_to_date_amount, earned_before_amount, earned_amount, incentive_amount, is_chained
    from incentives.incentives
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

-- Components whose transactions went their way alone, and the others.
chained_incentives as (
    select plan_id, component_id, position_id, payee_id, period_id, multiplied_amount
    from incentives
    where is_chained
),

plain_incentives as (
    select
        plan_id, component_id, position_id, payee_id, period_id, rate_source, rate_target_value, curve_amount,
        shared_place_count, shared_amount, weight_rate, commission_rate, rated_amount,
        eligible_incentive_amount, pay_rate, unmultiplied_amount
    from incentives
    where not is_chained
),

component_factors as (
    select
        plain_incentives.plan_id, plain_incentives.component_id, plain_incentives.position_id,
        plain_incentives.payee_id, plain_incentives.period_id,
        factors.multiplier_number, factors.by_component_id, factors.looked_up_value, factors.factor_rate,
        plain_incentives.unmultiplied_amount as step_0_amount,
        times(plain_incentives.unmultiplied_amount, multipliers.factor_1_rate) as step_1_amount,
        multipliers.factor_2_rate, multipliers.factor_3_rate, multipliers.factor_4_rate, multipliers.factor_5_rate,
        multipliers.factor_6_rate
    from plain_incentives
    inner join multipliers
        on plain_incentives.plan_id = multipliers.plan_id
        and plain_incentives.component_id = multipliers.component_id
        and plain_incentives.position_id = multipliers.position_id
        and plain_incentives.payee_id = multipliers.payee_id
        and plain_incentives.period_id = multipliers.period_id
    inner join factors
        on plain_incentives.plan_id = factors.plan_id
        and plain_incentives.component_id = factors.component_id
        and plain_incentives.position_id = factors.position_id
        and plain_incentives.payee_id = factors.payee_id
        and plain_incentives.period_id = factors.period_id
),

component_two as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        multiplier_number, by_component_id, looked_up_value, factor_rate, step_0_amount, step_1_amount,
        times(step_1_amount, factor_2_rate) as step_2_amount,
        times(times(step_1_amount, factor_2_rate), factor_3_rate) as step_3_amount, factor_4_rate, factor_5_rate,
        factor_6_rate
    from component_factors
),

component_multipliers as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
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
    from component_two
),

plain_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, 1029 as step_number, 'transactions' as step_name,
        'sum' as operation, cast(null as decimal(38, 10)) as value_in, cast(null as decimal(38, 10)) as operand,
        cast(multiplied_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'all transactions of the period' as words
    from chained_incentives
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1000 as step_number, 'curve' as step_name,
        'take' as operation, cast(curve_amount as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand, cast(curve_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'what the curve gives' as words
    from plain_incentives
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1005 as step_number, 'shared_mean' as step_name,
        'quotient' as operation, cast(curve_amount as decimal(38, 10)) as value_in,
        cast(shared_place_count as decimal(38, 10)) as operand, cast(shared_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'shared by all on the same place' as words
    from plain_incentives
    where shared_place_count > 1
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1010 as step_number,
        case when weight_rate is not null then 'weight' else 'commission_rate' end as step_name, 'times' as operation,
        cast(shared_amount as decimal(38, 10)) as value_in,
        cast(coalesce(weight_rate, commission_rate) as decimal(38, 10)) as operand,
        cast(rated_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        case when weight_rate is not null then 'part of the plan' else 'rate of the payee' end as words
    from plain_incentives
    where rate_source <> 'per_target' and (weight_rate is not null or commission_rate is not null)
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1020 as step_number,
        case when eligible_incentive_amount is not null then 'target_incentive' else 'days' end as step_name,
        'times' as operation, cast(rated_amount as decimal(38, 10)) as value_in,
        cast(coalesce(eligible_incentive_amount, pay_rate) as decimal(38, 10)) as operand,
        cast(unmultiplied_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        case
            when eligible_incentive_amount is not null then 'pay at 100 % of the eligible days'
            else 'part of the days and the seat'
        end as words
    from plain_incentives
    where rate_source <> 'per_target'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1030 as step_number, 'cap' as step_name,
        case when below = 'mirror' then 'within' else 'at_most' end as operation,
        cast(multiplied_amount as decimal(38, 10)) as value_in, cast(cap_amount as decimal(38, 10)) as operand,
        cast(capped_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        case
            when cap_excess = 'defer' then 'never more than the cap; the rest is paid in later periods'
            else 'never more than the cap; the rest is forfeited'
        end as words
    from incentives
    where cap_amount is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1035 as step_number, 'floor' as step_name,
        case when floored_amount = greatest(capped_amount, floor_amount) then 'at_least' else 'take' end as operation,
        cast(capped_amount as decimal(38, 10)) as value_in, cast(floor_amount as decimal(38, 10)) as operand,
        cast(floored_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'never less than the floor; what is below zero stays' as words
    from incentives
    where floor_amount is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1045 as step_number, 'points' as step_name,
        'times' as operation, cast(gated_amount as decimal(38, 10)) as value_in,
        cast(0.0 as decimal(38, 10)) as operand, cast(state_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'points are not money' as words
    from incentives
    where pool_amount is null and output = 'points'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1050 as step_number, 'rounding' as step_name,
        'round' as operation, cast(gated_amount as decimal(38, 10)) as value_in,
        cast(rounding_digits as decimal(38, 10)) as operand, cast(state_amount as decimal(38, 10)) as value_out,
        rounding_mode,
        case
            when rounding_digits = 4 then 'to four decimals, for the plan to round'
            else 'to the minor unit of ' || currency_code
        end as words
    from incentives
    where output <> 'points'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1060 as step_number, 'growth' as step_name,
        'above' as operation, cast(state_amount as decimal(38, 10)) as value_in,
        cast(grown_from_amount as decimal(38, 10)) as operand, cast(growth_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'more than before; a fall is not growth' as words
    from incentives
    where gate_acts_on = 'increase'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1080 as step_number, 'kept' as step_name,
        'plus' as operation, cast(let_through_amount as decimal(38, 10)) as value_in,
        cast(greatest(earned_before_amount, 0.0000) as decimal(38, 10)) as operand,
        cast(let_through_amount + greatest(earned_before_amount, 0.0000) as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'with what was earned before' as words
    from incentives
    where gate_acts_on = 'increase'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1090 as step_number, 'earned' as step_name,
        'at_most' as operation,
        cast(let_through_amount + greatest(earned_before_amount, 0.0000) as decimal(38, 10)) as value_in,
        cast(state_amount as decimal(38, 10)) as operand, cast(earned_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'never more than the result without the gate' as words
    from incentives
    where gate_acts_on = 'increase'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1095 as step_number, 'released' as step_name,
        'plus' as operation, cast(state_amount as decimal(38, 10)) as value_in,
        cast(earned_amount - state_amount as decimal(38, 10)) as operand,
        cast(earned_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'with what the cap had put off and has room for again' as words
    from incentives
    where cap_excess = 'defer' and gate_acts_on <> 'increase'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1100 as step_number, 'earned_before' as step_name,
        'minus' as operation, cast(earned_amount as decimal(38, 10)) as value_in,
        cast(earned_before_amount as decimal(38, 10)) as operand,
        cast(incentive_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'already earned in this window' as words
    from incentives
    where timing = 'true_up'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 2000 as step_number, 'incentive' as step_name,
        'take' as operation, cast(incentive_amount as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand, cast(incentive_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'earned' as words
    from incentives
),

looking_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, 1020 + multiplier_number as step_number,
        'multiplier' as step_name, 'times' as operation, cast(multiplier_in as decimal(38, 10)) as value_in,
        cast(factor_rate as decimal(38, 10)) as operand, cast(multiplier_out as decimal(38, 10)) as value_out,
        by_component_id as subject_id, cast(looked_up_value as decimal(38, 10)) as subject_value, '' as rounding_mode,
        'multiplied by ' || by_component_id as words
    from component_multipliers
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1040 as step_number, 'gate' as step_name,
        case when floored_amount > 0.0 then 'times' else 'take' end as operation,
        cast(floored_amount as decimal(38, 10)) as value_in, cast(gate_rate as decimal(38, 10)) as operand,
        cast(gated_amount as decimal(38, 10)) as value_out, gate_component_id as subject_id,
        cast(gate_attainment_rate as decimal(38, 10)) as subject_value, '' as rounding_mode,
        case
            when gate_count > 1 then cast(gate_count as varchar) || ' gates together; one on '
            else 'gate on '
        end || gate_component_id || ' at ' || cast(gate_attainment_rate as varchar)
            || case when floored_amount > 0.0 then '' else '; it leaves what is not above zero' end as words
    from incentives
    where gate_acts_on = 'total'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1045 as step_number, 'pool' as step_name,
        'share' as operation, cast(gated_amount as decimal(38, 10)) as value_in,
        cast(pool_amount as decimal(38, 10)) as operand, cast(state_amount as decimal(38, 10)) as value_out,
        pool_cohort_id as subject_id, cast(null as decimal(38, 10)) as subject_value, rounding_mode,
        'share of the pot by points' as words
    from incentives
    where pool_amount is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1070 as step_number, 'gate' as step_name,
        'times_rounded' as operation, cast(growth_amount as decimal(38, 10)) as value_in,
        cast(gate_rate as decimal(38, 10)) as operand, cast(let_through_amount as decimal(38, 10)) as value_out,
        gate_component_id as subject_id, cast(gate_attainment_rate as decimal(38, 10)) as subject_value,
        rounding_mode, 'gate on ' || gate_component_id || ' at ' || cast(gate_attainment_rate as varchar) as words
    from incentives
    where gate_acts_on = 'increase'
),

sloping_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, 1020 as step_number, 'per_target' as step_name,
        case when rate_target_value = 0.0 then 'times' else 'interpolate' end as operation,
        cast(rated_amount as decimal(38, 10)) as value_in,
        cast(case when rate_target_value = 0.0 then 0.0 else null end as decimal(38, 10)) as operand, cast(unmultiplied_amount as decimal(38, 10)) as value_out,
        cast(0.0 as decimal(38, 10)) as from_value, cast(0.0 as decimal(38, 10)) as from_output,
        cast(rate_target_value as decimal(38, 10)) as to_value,
        cast(times(coalesce(weight_rate, 1.000000), eligible_incentive_amount) as decimal(38, 10)) as to_output,
        cast(null as varchar) as subject_id, cast(null as decimal(38, 10)) as subject_value, '' as rounding_mode,
        'weight and pay at 100 %, for each unit of the target' as words
    from plain_incentives
    where rate_source = 'per_target'
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
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, step_number, step_name, operation, value_in, operand,
        value_out, from_value, from_output, to_value, to_output, subject_id, subject_value, rounding_mode, words
    from sloping_steps
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
