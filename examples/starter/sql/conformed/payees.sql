-- One row per person.
with people as (
    select person_id, person_name, currency_code
    from staging.people
)
select person_id as payee_id, max(person_name) as payee_name, max(currency_code) as currency_code
from people
group by person_id
