-- One row per plan, plan version, component, position, payee and period of the plan: what the component earned.
with states as (
    select
        plan_id, plan_version, component_id, position_id, payee_id, period_id, is_complete, component_number,
        earning_code, window_kind, basis, lookup, output, timing, running_by, axis, below, rate_source,
        currency_code, measured_value, target_value, rate_target_value, attainment_rate, basis_value, axis_value, second_value,
        mirror_sign, curve_id, curve_level, is_chained, curve_amount, shared_place_count, shared_amount,
        weight_rate, commission_rate, rated_amount, eligible_incentive_amount, pay_rate, unmultiplied_amount,
        multiplier_count, multiplied_amount, uncapped_amount, cap_amount, cap_excess, capped_amount,
        floor_amount, floored_amount, gate_count, gate_component_id, gate_evaluated, gate_later,
        gate_attainment_rate, gate_rate, gate_acts_on, gated_amount, ungated_state_amount, state_amount,
        rounding_at, rounding_mode, rounding_digits
    from incentives._states
),

pool_shares as (
    select plan_id, component_id, position_id, payee_id, period_id, cohort_id, pool_amount, share_amount
    from incentives._pool_shares
),

gate_effects as (
    select plan_id, component_id, position_id, payee_id, period_id, gate_number, amount_out, effect_amount
    from incentives._gate_effects
),

deferrals as (
    select
        plan_id, component_id, position_id, payee_id, period_id, deferred_before_amount, deferred_after_amount,
        released_to_date_amount
    from incentives._deferrals
),

periods as (
    select period_id, from_date, quarter_id, year_id
    from conformed.periods
),

gated as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        max(gate_number) as last_gate_number,
        sum(effect_amount) as gate_effect_amount
    from gate_effects
    group by plan_id, component_id, position_id, payee_id, period_id
),

-- What the window has come to, with what a cap deferred before: rounded, unless only the plan rounds; for points, a
-- share of the pot.
placed as (
    select
        states.plan_id, states.component_id, states.position_id, states.payee_id, states.period_id,
        pool_shares.cohort_id, pool_shares.pool_amount, deferrals.deferred_before_amount,
        deferrals.deferred_after_amount,
        coalesce(deferrals.released_to_date_amount, 0.0000000000) as released_to_date_amount,
        coalesce(pool_shares.share_amount, states.state_amount) as shown_state_amount,
        case
            when pool_shares.share_amount is not null then pool_shares.share_amount
            when states.gate_acts_on = 'increase' then last_effects.amount_out
            when states.rounding_at = 'plan' and states.output <> 'points' then states.gated_amount
            else states.state_amount
        end + coalesce(deferrals.released_to_date_amount, 0.0000000000) as earned_amount,
        coalesce(gated.gate_effect_amount, 0.0000) as gate_effect_amount,
        -- What a cap defers is not lost; points are not money.
        case
            when states.cap_excess = 'defer' or states.output = 'points' then 0.0000000000
            else states.uncapped_amount - states.capped_amount
        end as capped_to_date_amount,
        periods.from_date,
        case
            when states.timing <> 'true_up' then states.period_id
            when states.window_kind = 'quarter_to_date' then periods.quarter_id
            when states.window_kind = 'plan_to_date' then states.plan_id
            else periods.year_id
        end as window_id
    from states
    inner join periods on states.period_id = periods.period_id
    left join pool_shares
        on states.plan_id = pool_shares.plan_id
        and states.component_id = pool_shares.component_id
        and states.position_id = pool_shares.position_id
        and states.payee_id = pool_shares.payee_id
        and states.period_id = pool_shares.period_id
    left join deferrals
        on states.plan_id = deferrals.plan_id
        and states.component_id = deferrals.component_id
        and states.position_id = deferrals.position_id
        and states.payee_id = deferrals.payee_id
        and states.period_id = deferrals.period_id
    left join gated
        on states.plan_id = gated.plan_id
        and states.component_id = gated.component_id
        and states.position_id = gated.position_id
        and states.payee_id = gated.payee_id
        and states.period_id = gated.period_id
    left join gate_effects as last_effects
        on gated.plan_id = last_effects.plan_id
        and gated.component_id = last_effects.component_id
        and gated.position_id = last_effects.position_id
        and gated.payee_id = last_effects.payee_id
        and gated.period_id = last_effects.period_id
        and gated.last_gate_number = last_effects.gate_number
),

compared as (
    select
        plan_id, component_id, position_id, payee_id, period_id, cohort_id, pool_amount, deferred_before_amount,
        deferred_after_amount, released_to_date_amount, shown_state_amount, earned_amount, gate_effect_amount,
        coalesce(
            lag(earned_amount) over (
                partition by plan_id, component_id, position_id, payee_id, window_id order by from_date
            ),
            0.0000000000
        ) as earned_before_amount,
        capped_to_date_amount - coalesce(
            lag(capped_to_date_amount) over (
                partition by plan_id, component_id, position_id, payee_id, window_id order by from_date
            ),
            0.0000000000
        ) as lost_to_cap_amount,
        coalesce(
            lag(released_to_date_amount) over (
                partition by plan_id, component_id, position_id, payee_id, window_id order by from_date
            ),
            0.0000000000
        ) as released_before_amount
    from placed
),

-- Amounts that only the plan rounds are shown to four decimals; exact_amount keeps them.
told as (
    select
        plan_id, component_id, position_id, payee_id, period_id, cohort_id, pool_amount, shown_state_amount,
        lost_to_cap_amount,
        round_money(coalesce(deferred_before_amount, 0.0), 4, 'half_up') as deferred_before_amount,
        round_money(coalesce(deferred_after_amount, 0.0), 4, 'half_up') as deferred_after_amount,
        round_money(released_to_date_amount, 4, 'half_up') as released_to_date_amount,
        round_money(released_to_date_amount - released_before_amount, 4, 'half_up') as released_amount,
        round_money(gate_effect_amount, 4, 'half_up') as gate_effect_amount,
        round_money(earned_amount, 4, 'half_up') as earned_amount,
        round_money(earned_before_amount, 4, 'half_up') as earned_before_amount,
        earned_amount - earned_before_amount as exact_amount
    from compared
)

select
    states.plan_id,
    states.plan_version,
    states.component_id,
    states.position_id,
    states.payee_id,
    states.period_id,
    states.is_complete,
    states.component_number,
    states.earning_code,
    states.window_kind,
    states.basis,
    states.lookup,
    states.output,
    states.timing,
    states.running_by,
    states.axis,
    states.below,
    states.rate_source,
    states.currency_code,
    states.measured_value,
    states.target_value,
    states.rate_target_value,
    states.attainment_rate,
    states.basis_value,
    states.axis_value,
    states.second_value,
    states.mirror_sign,
    states.curve_id,
    states.curve_level,
    states.is_chained,
    states.curve_amount,
    states.shared_place_count,
    states.shared_amount,
    states.weight_rate,
    states.commission_rate,
    states.rated_amount,
    states.eligible_incentive_amount,
    states.pay_rate,
    states.unmultiplied_amount,
    states.multiplier_count,
    states.multiplied_amount,
    states.uncapped_amount,
    states.cap_amount,
    states.cap_excess,
    states.capped_amount,
    states.floor_amount,
    states.floored_amount,
    states.gate_count,
    states.gate_component_id,
    states.gate_evaluated,
    states.gate_later,
    states.gate_attainment_rate,
    states.gate_rate,
    states.gate_acts_on,
    states.gated_amount,
    told.cohort_id as pool_cohort_id,
    told.pool_amount,
    case when states.output = 'points' then states.gated_amount else null end as points_amount,
    states.rounding_at,
    states.rounding_mode,
    states.rounding_digits,
    cast(told.shown_state_amount as decimal(19, 4)) as state_amount,
    told.deferred_before_amount,
    told.deferred_after_amount,
    told.released_to_date_amount,
    told.released_amount,
    told.earned_before_amount,
    told.earned_amount,
    cast(told.lost_to_cap_amount as decimal(38, 10)) as lost_to_cap_amount,
    told.gate_effect_amount,
    cast(told.exact_amount as decimal(38, 10)) as exact_amount,
    cast(told.earned_amount - told.earned_before_amount as decimal(19, 4)) as incentive_amount
from states
inner join told
    on states.plan_id = told.plan_id
    and states.component_id = told.component_id
    and states.position_id = told.position_id
    and states.payee_id = told.payee_id
    and states.period_id = told.period_id
