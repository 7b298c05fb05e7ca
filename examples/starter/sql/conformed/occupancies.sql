-- One row per person and stay in a seat.
with people as (
    select person_id, seat_id, from_date, to_date
    from staging.people
)
select
    seat_id as position_id,
    person_id as payee_id,
    from_date,
    to_date,
    cast(1 as decimal(18, 6)) as share_rate
from people
