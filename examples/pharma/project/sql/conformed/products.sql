-- One row per pack on the market.
with packs as (
    select product_id, product_name, brand_id, category_id
    from staging.packs
)

select
    packs.product_id,
    packs.product_name,
    packs.brand_id,
    packs.category_id
from packs
