-- One row per pack, class of the market, and brand of the year before.
with packs as (
    select product_id, product_name, brand_id, category_id
    from staging.packs
),

brands as (
    select brand_id, category_id, class_code
    from staging.brands
)

select packs.product_id, packs.product_name, packs.brand_id, packs.category_id
from packs
union all
select
    concat('market:', brands.class_code) as product_id,
    concat('All packs of class ', brands.class_code) as product_name,
    brands.class_code as brand_id,
    concat('Markt ', brands.category_id) as category_id
from brands
union all
select
    concat('2024:', brands.brand_id) as product_id,
    concat(brands.brand_id, ', all packs, 2024') as product_name,
    brands.brand_id,
    brands.category_id
from brands
