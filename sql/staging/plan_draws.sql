-- One row per draw or guarantee of a plan.
select
    plan_id, draw_id, draw_kind, draw_amount, draw_rate, from_date, to_date, draw_proration,
    recovery_from_date, recovery_rate, recovery_limit_amount, document_file, document_line
from landed.plan_draws
