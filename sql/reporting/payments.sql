-- One row per payee, pay run and currency: the sum to pay.
select
    payee_id, pay_run_id, currency_code, period_id, is_complete, opening_balance_amount, deposit_amount, payment_amount,
    closing_balance_amount
from incentives.payments
