-- One row per seat: the team it belongs to.
with seats as (
    select position_id, team_id
    from staging.seats
)

select
    seats.team_id,
    seats.position_id,
    date '2024-01-01' as from_date,
    date '9999-12-31' as to_date
from seats
