-- One row per plan, component, position, payee (empty if the seat is vacant) and period of the plan.
select
    plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, window_kind, measure_unit,
    currency_code, measured_value, target_value, attainment_rate, period_value, period_target_value,
    period_attainment_rate, not_payable_reason
from attainment.measures
