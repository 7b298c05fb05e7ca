-- One row per seat and manager.
with people as (
    select seat_id, manager_seat_id, from_date, to_date
    from staging.people
)
select
    'sales' as hierarchy_id,
    seat_id as position_id,
    from_date,
    manager_seat_id as manager_position_id,
    to_date
from people
where manager_seat_id is not null
