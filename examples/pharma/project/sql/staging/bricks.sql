-- One row per brick.
with landed_bricks as (
    select brick_number, brick_name
    from landed.erp_bricks
)

select
    landed_bricks.brick_number as place_id,
    landed_bricks.brick_name as place_name
from landed_bricks
