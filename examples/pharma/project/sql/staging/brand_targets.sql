-- One row per seat, brand and month.
with landed_targets as (
    select position_number, brand_name, month_text, target_amount
    from landed.planning_targets
)

select
    landed_targets.position_number as position_id,
    landed_targets.brand_name as brand_id,
    concat(substr(landed_targets.month_text, 4, 4), '-', substr(landed_targets.month_text, 1, 2)) as period_id,
    cast(landed_targets.target_amount as decimal(19, 4)) as target_amount
from landed_targets
