-- One row per brick.
with bricks as (
    select place_id, place_name
    from staging.bricks
)

select
    bricks.place_id,
    bricks.place_name
from bricks
