-- One row per person and first day of a promise.
with landed_pay_terms as (
    select employee_number, from_date, last_date, month_amount, currency_code
    from landed.hr_pay_terms
)

select
    landed_pay_terms.employee_number as payee_id,
    landed_pay_terms.from_date,
    case
        when landed_pay_terms.last_date = date '9999-12-31' then landed_pay_terms.last_date
        else landed_pay_terms.last_date + interval '1 day'
    end as to_date,
    cast(landed_pay_terms.month_amount as decimal(19, 4)) as target_incentive_amount,
    landed_pay_terms.currency_code
from landed_pay_terms
