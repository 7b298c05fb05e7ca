-- One row per brand.
with packs as (
    select brand_id, category_id, class_code
    from staging.packs
)

select
    packs.brand_id,
    lower(packs.brand_id) as brand_key,
    packs.category_id,
    packs.class_code
from packs
group by packs.brand_id, packs.category_id, packs.class_code
