-- One row per person and stay in a seat.
with people as (
    select person_id, person_name, seat_id, role_id, manager_seat_id, from_date, to_date, target_incentive_amount
    from landed.hr_people
)
select
    person_id,
    person_name,
    seat_id,
    role_id,
    manager_seat_id,
    from_date,
    case when to_date is null then date '9999-12-31' else to_date + interval '1 day' end as to_date,
    target_incentive_amount,
    'EUR' as currency_code
from people
