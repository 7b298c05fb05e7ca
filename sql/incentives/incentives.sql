-- One row per plan, plan version, component, position, payee and period of the plan: what the component earned.
with states as (
    select
        plan_id, plan_version, component_id, position_id, payee_id, period_id, is_complete, component_number,
        earning_code, window_kind, lookup, output, timing, axis, below, currency_code, measured_value, target_value,
        attainment_rate, basis_value, axis_value, mirror_sign, curve_amount, weight_rate, commission_rate, rated_amount,
        eligible_incentive_amount, pay_rate, uncapped_amount, cap_amount, capped_amount, gate_component_id,
        gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on, gated_amount, ungated_state_amount,
        state_amount, rounding_mode, rounding_digits
    from incentives._states
),

periods as (
    select period_id, from_date, quarter_id, year_id
    from conformed.periods
),

placed as (
    select
        states.plan_id, states.component_id, states.position_id, states.payee_id, states.period_id, states.gate_later,
        states.gate_rate, states.gate_acts_on, states.ungated_state_amount, states.state_amount, states.rounding_mode,
        states.rounding_digits, states.uncapped_amount - states.capped_amount as capped_to_date_amount,
        periods.from_date,
        case
            when states.timing <> 'true_up' then states.period_id
            when states.window_kind = 'quarter_to_date' then periods.quarter_id
            else periods.year_id
        end as window_id
    from states
    inner join periods on states.period_id = periods.period_id
),

-- What the window's result grew by is counted from the last result, or from nothing where a gate only withholds.
followed as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_later, gate_rate, gate_acts_on,
        ungated_state_amount, state_amount, rounding_mode, rounding_digits, capped_to_date_amount, from_date, window_id,
        greatest(state_amount, 0.0000) as gain_amount,
        greatest(
            coalesce(
                lag(state_amount) over (
                    partition by plan_id, component_id, position_id, payee_id, window_id order by from_date
                ),
                0.0000
            ),
            0.0000
        ) as gain_before_amount
    from placed
),

let_through as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_later, gate_acts_on, ungated_state_amount,
        state_amount, capped_to_date_amount, from_date, window_id, gain_amount, gain_before_amount,
        sum(
            case
                when gate_acts_on <> 'increase' then 0.0000
                when gate_later = 'withhold'
                    then round_money(times(gain_amount, gate_rate), rounding_digits, rounding_mode)
                else round_money(
                    times(greatest(gain_amount - gain_before_amount, 0.0000), gate_rate), rounding_digits, rounding_mode
                )
            end
        ) over (
            partition by plan_id, component_id, position_id, payee_id, window_id
            order by from_date
            rows between unbounded preceding and current row
        ) as let_through_amount
    from followed
),

-- What is kept is never above the result: earned = least(earned before + let through, result), folded over the window.
-- So a fall takes first what a shut gate had kept back, and never more than was earned.
kept as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_later, gate_acts_on, ungated_state_amount,
        state_amount, capped_to_date_amount, from_date, window_id, gain_before_amount,
        let_through_amount + least(
            min(gain_amount - let_through_amount) over (
                partition by plan_id, component_id, position_id, payee_id, window_id
                order by from_date
                rows between unbounded preceding and current row
            ),
            0.0000
        ) as kept_amount
    from let_through
),

-- A gate acts on what is above zero; a result below zero counts whole, whether it is open or shut.
earned as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_later, gate_acts_on, ungated_state_amount,
        state_amount, capped_to_date_amount, from_date, window_id, gain_before_amount,
        case when gate_acts_on = 'increase' then kept_amount + least(state_amount, 0.0000) else state_amount end
            as earned_amount
    from kept
),

compared as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_later, gate_acts_on, state_amount,
        capped_to_date_amount, gain_before_amount, earned_amount,
        earned_amount - ungated_state_amount as gate_to_date_amount,
        coalesce(
            lag(earned_amount) over (
                partition by plan_id, component_id, position_id, payee_id, window_id order by from_date
            ),
            0.0000
        ) as earned_before_amount,
        coalesce(
            lag(earned_amount - ungated_state_amount) over (
                partition by plan_id, component_id, position_id, payee_id, window_id order by from_date
            ),
            0.0000
        ) as gate_before_amount,
        coalesce(
            lag(capped_to_date_amount) over (
                partition by plan_id, component_id, position_id, payee_id, window_id order by from_date
            ),
            0.0000000000
        ) as capped_before_amount
    from earned
),

paid as (
    select
        plan_id, component_id, position_id, payee_id, period_id, state_amount, earned_before_amount, earned_amount,
        case
            when gate_acts_on <> 'increase' then null
            when gate_later = 'withhold' then greatest(earned_before_amount, 0.0000)
            else gain_before_amount
        end as grown_from_amount,
        capped_to_date_amount - capped_before_amount as lost_to_cap_amount,
        gate_to_date_amount - gate_before_amount as gate_effect_amount,
        earned_amount - earned_before_amount as incentive_amount
    from compared
),

grown as (
    select
        plan_id, component_id, position_id, payee_id, period_id, grown_from_amount, earned_before_amount, earned_amount,
        lost_to_cap_amount, gate_effect_amount, incentive_amount,
        case
            when grown_from_amount is null then null
            else greatest(state_amount - grown_from_amount, 0.0000)
        end as growth_amount
    from paid
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
    states.lookup,
    states.output,
    states.timing,
    states.axis,
    states.below,
    states.currency_code,
    states.measured_value,
    states.target_value,
    states.attainment_rate,
    states.basis_value,
    states.axis_value,
    states.mirror_sign,
    states.curve_amount,
    states.weight_rate,
    states.commission_rate,
    states.rated_amount,
    states.eligible_incentive_amount,
    states.pay_rate,
    states.uncapped_amount,
    states.cap_amount,
    states.capped_amount,
    states.gate_component_id,
    states.gate_evaluated,
    states.gate_later,
    states.gate_attainment_rate,
    states.gate_rate,
    states.gate_acts_on,
    states.gated_amount,
    states.rounding_mode,
    states.rounding_digits,
    states.state_amount,
    cast(grown.grown_from_amount as decimal(19, 4)) as grown_from_amount,
    cast(grown.growth_amount as decimal(19, 4)) as growth_amount,
    round_money(times(grown.growth_amount, states.gate_rate), states.rounding_digits, states.rounding_mode)
        as let_through_amount,
    cast(grown.earned_before_amount as decimal(19, 4)) as earned_before_amount,
    cast(grown.earned_amount as decimal(19, 4)) as earned_amount,
    cast(grown.lost_to_cap_amount as decimal(38, 10)) as lost_to_cap_amount,
    cast(grown.gate_effect_amount as decimal(19, 4)) as gate_effect_amount,
    cast(grown.incentive_amount as decimal(19, 4)) as incentive_amount
from states
inner join grown
    on states.plan_id = grown.plan_id
    and states.component_id = grown.component_id
    and states.position_id = grown.position_id
    and states.payee_id = grown.payee_id
    and states.period_id = grown.period_id
