-- One row per pack that says how many days of therapy it holds, at one tablet a day.
with packs as (
    select product_id, dose_count
    from staging.packs
    where dose_count is not null
)

select
    packs.product_id,
    'day of therapy' as volume_unit,
    cast(packs.dose_count as decimal(28, 12)) as volume_factor
from packs
