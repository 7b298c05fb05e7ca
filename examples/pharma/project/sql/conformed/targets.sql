-- One row per set, seat, products (a brand, or all) and month.
with brand_targets as (
    select position_id, brand_id, period_id, target_amount
    from staging.brand_targets
),

positions as (
    select position_id, role_id, unit_id
    from conformed.positions
),

planned_brands as (
    select position_id, count(distinct brand_id) as brand_count
    from brand_targets
    group by position_id
),

month_targets as (
    select position_id, period_id, count(distinct brand_id) as brand_count, sum(target_amount) as target_amount
    from brand_targets
    group by position_id, period_id
),

-- All brands together have a target only where none of them lacks one.
seat_targets as (
    select month_targets.position_id, month_targets.period_id, month_targets.target_amount
    from month_targets
    inner join planned_brands
        on month_targets.position_id = planned_brands.position_id
        and month_targets.brand_count = planned_brands.brand_count
),

unit_targets as (
    select positions.unit_id, seat_targets.period_id, seat_targets.target_amount
    from seat_targets
    inner join positions on seat_targets.position_id = positions.position_id
    where positions.role_id = 'unit_manager'
)

select
    'official' as target_set_id,
    brand_targets.position_id,
    'brand' as product_scope_kind,
    brand_targets.brand_id as product_scope_key,
    'value' as measure_unit,
    brand_targets.period_id,
    cast(brand_targets.target_amount as decimal(19, 4)) as target_amount
from brand_targets
union all
select
    'official' as target_set_id,
    seat_targets.position_id,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    'value' as measure_unit,
    seat_targets.period_id,
    cast(seat_targets.target_amount as decimal(19, 4)) as target_amount
from seat_targets
union all
select
    'unit' as target_set_id,
    positions.position_id,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    'value' as measure_unit,
    unit_targets.period_id,
    cast(unit_targets.target_amount as decimal(19, 4)) as target_amount
from positions
inner join unit_targets on positions.unit_id = unit_targets.unit_id
