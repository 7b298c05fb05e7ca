-- One row per person and first day of a promise.
with landed_promised_pay as (
    select employee_number, from_date, last_date, month_amount, commission_percent, currency_code
    from landed.de_pay_terms
    union all
    select employee_number, from_date, last_date, month_amount, commission_percent, currency_code
    from landed.pl_pay_terms
)

select
    landed_promised_pay.employee_number as payee_id,
    landed_promised_pay.from_date,
    case
        when landed_promised_pay.last_date = date '9999-12-31' then landed_promised_pay.last_date
        else landed_promised_pay.last_date + interval '1 day'
    end as to_date,
    cast(landed_promised_pay.month_amount as decimal(19, 4)) as target_incentive_amount,
    cast(landed_promised_pay.commission_percent * 0.01 as decimal(18, 6)) as commission_rate,
    landed_promised_pay.currency_code
from landed_promised_pay
