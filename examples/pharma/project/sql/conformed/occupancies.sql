-- One row per person in a seat and first day.
with seats_held as (
    select position_id, payee_id, from_date, to_date, share_rate
    from staging.seats_held
)

select
    seats_held.position_id,
    seats_held.payee_id,
    seats_held.from_date,
    seats_held.to_date,
    seats_held.share_rate
from seats_held
