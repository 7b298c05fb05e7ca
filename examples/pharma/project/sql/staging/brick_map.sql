-- One row per old brick and new brick that has a part of it.
with landed_map as (
    select old_brick_number, new_brick_number, weight_percent, from_date
    from landed.de_brick_map
    union all
    select old_brick_number, new_brick_number, weight_percent, from_date
    from landed.pl_brick_map
)

select
    landed_map.old_brick_number as old_place_id,
    landed_map.new_brick_number as place_id,
    landed_map.from_date,
    cast(landed_map.weight_percent * 0.01 as decimal(18, 6)) as weight_rate
from landed_map
