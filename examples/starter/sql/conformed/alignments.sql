-- One row per place, product scope, seat and time; this team has none.
with people as (
    select seat_id, from_date, to_date
    from staging.people
)
select
    'none' as alignment_id,
    'place' as place_kind,
    seat_id as place_key,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    seat_id as position_id,
    from_date,
    to_date,
    cast(1 as decimal(18, 6)) as share_rate
from people
where false
