-- One row per plan.
select
    plan_id, plan_version, plan_title, valid_from_date, valid_to_date, role_id, unit_id, position_id,
    payee_id, assignment_rank, earning_code, currency_code, period_kind, target_incentive_source,
    target_incentive_amount, pay_proration, target_proration, credit_basis, rounding_at, rounding_mode,
    rounding_digits, minimum_day_count, cap_of, cap_at, cap_excess, cap_span, floor_of, floor_at, floor_span,
    measure_rate_type, measure_rate_at, pay_currency, pay_rate_type, pay_rate_at,
    calendar_id, restatement_period_count, restatement_from_amount, restatement_direction, restatement_maps, document_file,
    document_line
from landed.plan_plans
