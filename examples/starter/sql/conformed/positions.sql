-- One row per seat.
with people as (
    select seat_id, role_id
    from staging.people
)
select
    seat_id as position_id,
    concat(max(role_id), ' ', seat_id) as position_title,
    max(role_id) as role_id,
    'sales' as unit_id,
    'team' as team_id
from people
group by seat_id
