-- One row per payee, earning code, currency, period, period of origin and cause: what is due.
select
    payee_id, earning_code, currency_code, period_id, origin_period_id, cause, is_complete, incentive_count,
    exchange_rate_id, deposit_amount
from incentives.deposits
