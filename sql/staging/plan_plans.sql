-- One row per plan.
select
    plan_id, plan_version, plan_title, valid_from_date, valid_to_date, role_id, unit_id, position_id, payee_id,
    assignment_rank, earning_code, currency_code, period_kind, target_incentive_source, target_incentive_amount,
    pay_proration, target_proration, credit_basis, rounding_at, rounding_mode, rounding_digits, document_file,
    document_line
from landed.plan_plans
