-- One row per set, seat, products (a brand, or all) and month or quarter.
with brand_targets as (
    select position_id, brand_id, period_id, target_amount
    from staging.brand_targets
),

positions as (
    select position_id, role_id, unit_id
    from conformed.positions
),

periods as (
    select period_id, quarter_id
    from conformed.periods
),

seat_brands as (
    select position_id, brand_id
    from brand_targets
    group by position_id, brand_id
),

planned_brands as (
    select position_id, count(brand_id) as brand_count
    from seat_brands
    group by position_id
),

month_targets as (
    select position_id, period_id, count(brand_id) as brand_count, sum(target_amount) as target_amount
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
),

stated_targets as (
    select
        'official' as target_set_id, position_id, 'brand' as product_scope_kind, brand_id as product_scope_key,
        period_id, target_amount
    from brand_targets
    union all
    select
        'official' as target_set_id, position_id, 'all' as product_scope_kind, '*' as product_scope_key, period_id,
        target_amount
    from seat_targets
    union all
    select
        'unit' as target_set_id, positions.position_id, 'all' as product_scope_kind, '*' as product_scope_key,
        unit_targets.period_id, unit_targets.target_amount
    from positions
    inner join unit_targets on positions.unit_id = unit_targets.unit_id
),

-- Plans that pay by the quarter need its sum, which is there only with all of its months.
quarter_targets as (
    select
        stated_targets.target_set_id, stated_targets.position_id, stated_targets.product_scope_kind,
        stated_targets.product_scope_key, periods.quarter_id as period_id,
        sum(stated_targets.target_amount) as target_amount
    from stated_targets
    inner join periods on stated_targets.period_id = periods.period_id
    group by
        stated_targets.target_set_id, stated_targets.position_id, stated_targets.product_scope_kind,
        stated_targets.product_scope_key, periods.quarter_id
    having count(*) = 3
),

all_targets as (
    select target_set_id, position_id, product_scope_kind, product_scope_key, period_id, target_amount
    from stated_targets
    union all
    select target_set_id, position_id, product_scope_kind, product_scope_key, period_id, target_amount
    from quarter_targets
)

select
    all_targets.target_set_id,
    all_targets.position_id,
    all_targets.product_scope_kind,
    all_targets.product_scope_key,
    'value' as measure_unit,
    all_targets.period_id,
    cast(all_targets.target_amount as decimal(19, 4)) as target_amount
from all_targets
