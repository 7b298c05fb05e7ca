-- One row per payee, plan, period and part of payment: how much of what was earned it is, and in which run it is due.
select
    payee_id, plan_id, period_id, part_number, part_id, earning_code, currency_code, part_rate, part_amount,
    release_kind, release_date, scheduled_period_id, hold_id, due_period_id
from incentives.payment_parts
