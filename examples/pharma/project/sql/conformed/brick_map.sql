-- One row per old brick and new brick that has a part of it.
with brick_map as (
    select old_place_id, place_id, from_date, weight_rate
    from staging.brick_map
)

select
    brick_map.old_place_id,
    brick_map.place_id,
    brick_map.from_date,
    brick_map.weight_rate
from brick_map
