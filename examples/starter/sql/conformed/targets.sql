-- One row per seat and month.
with targets as (
    select seat_id, period_id, target_amount
    from staging.targets
)
select
    'official' as target_set_id,
    seat_id as position_id,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    'value' as measure_unit,
    period_id,
    target_amount
from targets
