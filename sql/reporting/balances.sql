-- One row per payee, balance type, currency, period and period of origin: what is carried to the next pay run.
select
    payee_id, balance_type, currency_code, period_id, origin_period_id, opening_balance_amount, change_amount,
    closing_balance_amount
from incentives.balances
