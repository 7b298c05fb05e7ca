-- One row per seat, brand and month.
with landed_targets as (
    select position_number, brand_name, month_text, target_amount
    from landed.de_targets
    union all
    select position_number, brand_name, month_text, target_amount
    from landed.pl_targets
),

brands as (
    select brand_id, brand_key
    from staging.brands
)

select
    landed_targets.position_number as position_id,
    brands.brand_id,
    concat(substr(landed_targets.month_text, 4, 4), '-', substr(landed_targets.month_text, 1, 2)) as period_id,
    cast(landed_targets.target_amount as decimal(19, 4)) as target_amount
from landed_targets
left join brands on lower(landed_targets.brand_name) = brands.brand_key
