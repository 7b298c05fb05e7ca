-- One row per person and terms of pay.
with people as (
    select person_id, from_date, to_date, target_incentive_amount, currency_code
    from staging.people
)
select
    person_id as payee_id,
    from_date,
    to_date,
    target_incentive_amount,
    cast(null as decimal(18, 6)) as commission_rate,
    currency_code
from people
