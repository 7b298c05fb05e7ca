-- One row per seat, brand and month.
with brand_targets as (
    select position_id, brand_id, period_id, target_amount
    from staging.brand_targets
)

select
    'official' as target_set_id,
    brand_targets.position_id,
    'brand' as product_scope_kind,
    brand_targets.brand_id as product_scope_key,
    'value' as measure_unit,
    brand_targets.period_id,
    brand_targets.target_amount
from brand_targets
