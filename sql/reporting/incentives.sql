-- One row per plan, plan version, component, position, payee and period of the plan: what the component earned.
select
    plan_id, plan_version, component_id, position_id, payee_id, period_id, is_complete, earning_code, window_kind,
    output, timing, currency_code, measured_value, target_value, attainment_rate, basis_value, curve_amount,
    weight_rate, commission_rate, rated_amount, eligible_incentive_amount, pay_rate, uncapped_amount, cap_amount,
    capped_amount, gate_component_id, gate_attainment_rate, gate_rate, gate_acts_on, gated_amount, state_amount,
    earned_before_amount, earned_amount, lost_to_cap_amount,
    gate_effect_amount, incentive_amount
from incentives.incentives
