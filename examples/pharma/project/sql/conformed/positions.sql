-- One row per seat.
with seats as (
    select position_id, position_title, role_id, unit_id, team_id
    from staging.seats
)

select
    seats.position_id,
    seats.position_title,
    seats.role_id,
    seats.unit_id,
    seats.team_id
from seats
