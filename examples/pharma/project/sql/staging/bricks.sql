-- One row per brick, of the map before and after its change.
with landed_bricks as (
    select brick_number, brick_name
    from landed.de_bricks
    union all
    select brick_number, brick_name
    from landed.pl_bricks
)

select
    landed_bricks.brick_number as place_id,
    landed_bricks.brick_name as place_name
from landed_bricks
