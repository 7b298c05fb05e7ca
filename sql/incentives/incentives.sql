-- One row per plan, plan version, component, position, payee and period of the plan: what the component earned.
with states as (
    select
        plan_id, plan_version, component_id, position_id, payee_id, period_id, component_number, earning_code,
        window_kind, output, timing, currency_code, measured_value, target_value, attainment_rate, curve_amount,
        weight_rate, commission_rate, rated_amount, eligible_incentive_amount, pay_rate, uncapped_amount, cap_amount,
        capped_amount, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on,
        gated_amount, ungated_state_amount, state_amount, rounding_mode, rounding_digits
    from incentives._states
),

periods as (
    select period_id, from_date, quarter_id, year_id
    from conformed.periods
),

placed as (
    select
        states.plan_id, states.plan_version, states.component_id, states.position_id, states.payee_id, states.period_id,
        states.component_number, states.earning_code, states.window_kind, states.output, states.timing,
        states.currency_code, states.measured_value, states.target_value, states.attainment_rate, states.curve_amount,
        states.weight_rate, states.commission_rate, states.rated_amount, states.eligible_incentive_amount,
        states.pay_rate, states.uncapped_amount, states.cap_amount, states.capped_amount, states.gate_component_id,
        states.gate_evaluated, states.gate_later, states.gate_attainment_rate, states.gate_rate, states.gate_acts_on,
        states.gated_amount, states.ungated_state_amount, states.state_amount, states.rounding_mode,
        states.rounding_digits, periods.from_date,
        case
            when states.timing <> 'true_up' then states.period_id
            when states.window_kind = 'quarter_to_date' then periods.quarter_id
            else periods.year_id
        end as window_id,
        -- A gate that withholds leaves the total where it last was open.
        case when states.gate_later = 'withhold' and states.gate_rate = 0.0 then null else states.state_amount end
            as reached_amount
    from states
    inner join periods on states.period_id = periods.period_id
),

followed as (
    select
        plan_id, plan_version, component_id, position_id, payee_id, period_id, component_number, earning_code,
        window_kind, output, timing, currency_code, measured_value, target_value, attainment_rate, curve_amount,
        weight_rate, commission_rate, rated_amount, eligible_incentive_amount, pay_rate, uncapped_amount, cap_amount,
        capped_amount, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on,
        gated_amount, ungated_state_amount, state_amount, rounding_mode, rounding_digits,
        coalesce(
            last_value(reached_amount) ignore nulls over (
                partition by plan_id, component_id, position_id, payee_id, window_id
                order by from_date
                rows between unbounded preceding and 1 preceding
            ),
            0.0000
        ) as earned_before_amount
    from placed
),

increased as (
    select
        plan_id, plan_version, component_id, position_id, payee_id, period_id, component_number, earning_code,
        window_kind, output, timing, currency_code, measured_value, target_value, attainment_rate, curve_amount,
        weight_rate, commission_rate, rated_amount, eligible_incentive_amount, pay_rate, uncapped_amount, cap_amount,
        capped_amount, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on,
        gated_amount, ungated_state_amount, state_amount, rounding_mode, rounding_digits, earned_before_amount,
        state_amount - earned_before_amount as increase_amount
    from followed
),

paid as (
    select
        plan_id, plan_version, component_id, position_id, payee_id, period_id, component_number, earning_code,
        window_kind, output, timing, currency_code, measured_value, target_value, attainment_rate, curve_amount,
        weight_rate, commission_rate, rated_amount, eligible_incentive_amount, pay_rate, uncapped_amount, cap_amount,
        capped_amount, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on,
        gated_amount, ungated_state_amount, state_amount, rounding_mode, rounding_digits, earned_before_amount,
        increase_amount,
        case
            when gate_acts_on = 'increase' then round_money(times(increase_amount, gate_rate), rounding_digits, rounding_mode)
            else cast(increase_amount as decimal(19, 4))
        end as incentive_amount
    from increased
)

select
    plan_id,
    plan_version,
    component_id,
    position_id,
    payee_id,
    period_id,
    component_number,
    earning_code,
    window_kind,
    output,
    timing,
    currency_code,
    measured_value,
    target_value,
    attainment_rate,
    curve_amount,
    weight_rate,
    commission_rate,
    rated_amount,
    eligible_incentive_amount,
    pay_rate,
    uncapped_amount,
    cap_amount,
    capped_amount,
    gate_component_id,
    gate_evaluated,
    gate_later,
    gate_attainment_rate,
    gate_rate,
    gate_acts_on,
    gated_amount,
    rounding_mode,
    rounding_digits,
    state_amount,
    cast(earned_before_amount as decimal(19, 4)) as earned_before_amount,
    cast(increase_amount as decimal(19, 4)) as increase_amount,
    cast(
        case
            when gate_acts_on = 'increase' then incentive_amount - increase_amount
            else state_amount - ungated_state_amount
        end as decimal(19, 4)
    ) as gate_effect_amount,
    incentive_amount
from paid
