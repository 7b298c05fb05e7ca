-- One row per event that takes pay back and installment so far: what is taken in which pay run.
select
    clawback_id, installment_number, payee_id, plan_id, period_id, event_period_id, origin_period_id, cause,
    earning_code, currency_code, taken_of, base_amount, taken_before_amount, clawback_rate, clawback_amount,
    installment_count, installment_amount
from incentives.clawbacks
