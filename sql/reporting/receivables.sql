-- One row per balance that is worked off oldest first, run in which it arose, and run in which it arises or is settled.
select
    payee_id, balance_type, queue_id, currency_code, arisen_period_id, origin_period_id, period_id, arisen_amount,
    settled_amount
from incentives.receivables
