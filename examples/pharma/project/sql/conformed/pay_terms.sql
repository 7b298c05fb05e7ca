-- One row per person and first day of a promise.
with promised_pay as (
    select payee_id, from_date, to_date, target_incentive_amount, commission_rate, currency_code
    from staging.promised_pay
)

select
    promised_pay.payee_id,
    promised_pay.from_date,
    promised_pay.to_date,
    promised_pay.target_incentive_amount,
    promised_pay.commission_rate,
    promised_pay.currency_code
from promised_pay
