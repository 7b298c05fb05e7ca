-- One row per payee with pay terms.
with sales_people as (
    select employee_number, bonus_amount, commission_rate
    from staging.sales_people
)
select
    employee_number as payee_id,
    date '1900-01-01' as from_date,
    date '9999-12-31' as to_date,
    bonus_amount as target_incentive_amount,
    commission_rate,
    'USD' as currency_code
from sales_people
