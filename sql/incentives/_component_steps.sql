-- One row per step by which a component comes from its curve to what it earned in a period.
with incentives as (
    select
        plan_id, component_id, position_id, payee_id, period_id, currency_code, rate_source, output, timing,
        below, rate_target_value, curve_amount, shared_place_count, shared_amount, weight_rate, commission_rate,
        rated_amount, eligible_incentive_amount, pay_rate, unmultiplied_amount, multiplied_amount, cap_amount,
        cap_excess, capped_amount, floor_amount, floored_amount, gate_acts_on, gated_amount, pool_cohort_id, pool_amount,
        rounding_mode, rounding_digits, state_amount,
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

gates as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_number, comparison, border_value,
        looked_at_value, gate_component_id, gate_rate
    from incentives._gates
    where gate_rate is not null
),

gate_effects as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_number, gate_component_id, acts_on,
        is_before_rounding, looked_at_value, gate_rate, amount_in, grown_from_amount, growth_amount,
        let_through_amount, kept_before_amount, amount_out, effect_to_date_amount, effect_before_amount, effect_amount
    from incentives._gate_effects
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
        plain_incentives.payee_id, plain_incentives.period_id, plain_incentives.unmultiplied_amount,
        factors.multiplier_number, factors.by_component_id, factors.looked_up_value, factors.factor_rate,
        array_agg(factors.factor_rate) over (
            partition by factors.plan_id, factors.component_id, factors.position_id, factors.payee_id, factors.period_id
            order by factors.multiplier_number
            rows between unbounded preceding and 1 preceding
        ) as rates_before
    from plain_incentives
    inner join factors
        on plain_incentives.plan_id = factors.plan_id
        and plain_incentives.component_id = factors.component_id
        and plain_incentives.position_id = factors.position_id
        and plain_incentives.payee_id = factors.payee_id
        and plain_incentives.period_id = factors.period_id
),

component_multipliers as (
    select
        plan_id, component_id, position_id, payee_id, period_id, multiplier_number, by_component_id, looked_up_value,
        factor_rate, times_each(unmultiplied_amount, rates_before) as multiplier_in
    from component_factors
),

-- Where a gate acts on growth, the rounding comes right before the first that does not come before it.
first_growth as (
    select plan_id, component_id, position_id, payee_id, period_id, min(gate_number) as gate_number
    from gate_effects
    where not is_before_rounding
    group by plan_id, component_id, position_id, payee_id, period_id
),

rounded_incentives as (
    select
        incentives.plan_id, incentives.component_id, incentives.position_id, incentives.payee_id, incentives.period_id,
        incentives.currency_code, incentives.gated_amount, incentives.rounding_digits, incentives.rounding_mode,
        incentives.state_amount, coalesce(1399 + 8 * first_growth.gate_number, 1750) as step_number
    from incentives
    left join first_growth
        on incentives.plan_id = first_growth.plan_id
        and incentives.component_id = first_growth.component_id
        and incentives.position_id = first_growth.position_id
        and incentives.payee_id = first_growth.payee_id
        and incentives.period_id = first_growth.period_id
    where incentives.output <> 'points'
),

-- A gate acts by steps of its own: what it looks at, what it multiplies, and what that cost in the period.
gate_roundings as (
    select
        gate_effects.plan_id, gate_effects.component_id, gate_effects.position_id, gate_effects.payee_id,
        gate_effects.period_id, gate_effects.gate_number, gate_effects.gate_component_id, gate_effects.acts_on,
        gate_effects.is_before_rounding, gate_effects.looked_at_value, gate_effects.gate_rate, gate_effects.amount_in,
        gate_effects.growth_amount, gate_effects.let_through_amount, gate_effects.amount_out,
        incentives.rounding_mode
    from gate_effects
    inner join incentives
        on gate_effects.plan_id = incentives.plan_id
        and gate_effects.component_id = incentives.component_id
        and gate_effects.position_id = incentives.position_id
        and gate_effects.payee_id = incentives.payee_id
        and gate_effects.period_id = incentives.period_id
),

plain_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, 1340 as step_number, 'transactions' as step_name,
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
        plan_id, component_id, position_id, payee_id, period_id, 1350 as step_number, 'cap' as step_name,
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
        plan_id, component_id, position_id, payee_id, period_id, 1360 as step_number, 'floor' as step_name,
        case when floored_amount = greatest(capped_amount, floor_amount) then 'at_least' else 'take' end as operation,
        cast(capped_amount as decimal(38, 10)) as value_in, cast(floor_amount as decimal(38, 10)) as operand,
        cast(floored_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'never less than the floor; what is below zero stays' as words
    from incentives
    where floor_amount is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1745 as step_number, 'points' as step_name,
        'times' as operation, cast(gated_amount as decimal(38, 10)) as value_in,
        cast(0.0 as decimal(38, 10)) as operand, cast(state_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'points are not money' as words
    from incentives
    where pool_amount is null and output = 'points'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, step_number, 'rounding' as step_name,
        'round' as operation, cast(gated_amount as decimal(38, 10)) as value_in,
        cast(rounding_digits as decimal(38, 10)) as operand, cast(state_amount as decimal(38, 10)) as value_out,
        rounding_mode,
        case
            when rounding_digits = 4 then 'to four decimals, for the plan to round'
            else 'to the minor unit of ' || currency_code
        end as words
    from rounded_incentives
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1401 + 8 * gate_number as step_number,
        'growth' as step_name, 'above' as operation, amount_in as value_in, grown_from_amount as operand,
        growth_amount as value_out, '' as rounding_mode,
        case
            when acts_on = 'rest' then 'more than this gate has let through; a fall is not growth'
            else 'more than before; a fall is not growth'
        end as words
    from gate_effects
    where acts_on <> 'total'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1403 + 8 * gate_number as step_number,
        'kept' as step_name, 'plus' as operation, let_through_amount as value_in, kept_before_amount as operand,
        cast(let_through_amount + kept_before_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'with what it let through before' as words
    from gate_effects
    where acts_on <> 'total'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1404 + 8 * gate_number as step_number,
        'earned' as step_name, 'at_most' as operation,
        cast(let_through_amount + kept_before_amount as decimal(38, 10)) as value_in, amount_in as operand,
        amount_out as value_out, '' as rounding_mode, 'never more than the result without the gate' as words
    from gate_effects
    where acts_on <> 'total'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1780 as step_number, 'released' as step_name,
        'plus' as operation, cast(state_amount as decimal(38, 10)) as value_in,
        cast(earned_amount - state_amount as decimal(38, 10)) as operand,
        cast(earned_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'with what the cap had put off and has room for again' as words
    from incentives
    where cap_excess = 'defer' and gate_acts_on <> 'increase'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1790 as step_number, 'earned_before' as step_name,
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
        plan_id, component_id, position_id, payee_id, period_id, 1101 + 2 * multiplier_number as step_number,
        'multiplier' as step_name, 'times' as operation, multiplier_in as value_in,
        cast(factor_rate as decimal(38, 10)) as operand, times(multiplier_in, factor_rate) as value_out,
        by_component_id as subject_id, cast(looked_up_value as decimal(38, 10)) as subject_value, '' as rounding_mode,
        'multiplied by ' || by_component_id as words
    from component_multipliers
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1400 + 8 * gate_number as step_number,
        'gate_condition' as step_name, 'condition' as operation, looked_at_value as value_in, border_value as operand,
        cast(gate_rate as decimal(38, 10)) as value_out, gate_component_id as subject_id,
        looked_at_value as subject_value, '' as rounding_mode,
        case when gate_rate = 1.0 then 'holds: ' else 'does not hold: ' end || gate_component_id
            || case when comparison = 'above' then ' above ' else ' at least ' end || cast(border_value as varchar)
            as words
    from gates
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1402 + 8 * gate_number as step_number,
        'gate' as step_name,
        case
            when acts_on <> 'total' then 'times_rounded'
            when amount_in <= 0.0 then 'take'
            when is_before_rounding then 'times'
            else 'times_rounded'
        end as operation,
        case when acts_on = 'total' then amount_in else growth_amount end as value_in,
        cast(gate_rate as decimal(38, 10)) as operand,
        case when acts_on = 'total' then amount_out else let_through_amount end as value_out,
        gate_component_id as subject_id, looked_at_value as subject_value,
        case when is_before_rounding or (acts_on = 'total' and amount_in <= 0.0) then '' else rounding_mode end
            as rounding_mode,
        'gate on ' || gate_component_id || ' at ' || cast(looked_at_value as varchar)
            || case
                when acts_on = 'total' and amount_in <= 0.0 then '; it leaves what is not above zero'
                else ''
            end as words
    from gate_roundings
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1405 + 8 * gate_number as step_number,
        'gate_effect' as step_name, 'minus' as operation, cast(effect_to_date_amount as decimal(38, 10)) as value_in,
        cast(effect_before_amount as decimal(38, 10)) as operand, cast(effect_amount as decimal(38, 10)) as value_out,
        gate_component_id as subject_id, cast(null as decimal(38, 10)) as subject_value, '' as rounding_mode,
        case
            when effect_amount > 0.0 then 'what the gate on ' || gate_component_id || ' gave back in the period'
            else 'what the gate on ' || gate_component_id || ' cost in the period'
        end as words
    from gate_effects
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 1745 as step_number, 'pool' as step_name,
        'share' as operation, cast(gated_amount as decimal(38, 10)) as value_in,
        cast(pool_amount as decimal(38, 10)) as operand, cast(state_amount as decimal(38, 10)) as value_out,
        pool_cohort_id as subject_id, cast(null as decimal(38, 10)) as subject_value, rounding_mode,
        'share of the pot by points' as words
    from incentives
    where pool_amount is not null
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
