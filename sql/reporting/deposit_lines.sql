-- One row per payee, plan, pay run, period of origin and cause: what the plan makes due, in its currency and in the one that pays.
select
    payee_id, plan_id, period_id, origin_period_id, cause, is_complete, earning_code, plan_currency_code, plan_amount,
    exchange_rate_id, exchange_rate, rate_type, rate_date, lacks_rate, currency_code, incentive_count,
    deposit_amount
from incentives.deposit_lines
