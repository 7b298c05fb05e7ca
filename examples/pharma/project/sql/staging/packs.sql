-- One row per pack on the market.
with landed_products as (
    select product_number, product_name, brand_name, area_name, class_code, cost_amount
    from landed.de_products
    union all
    select product_number, product_name, brand_name, area_name, class_code, cost_amount
    from landed.pl_products
)

select
    landed_products.product_number as product_id,
    landed_products.product_name,
    landed_products.brand_name as brand_id,
    landed_products.area_name as category_id,
    landed_products.class_code,
    -- The number of tablets stands behind the strength: `Corvasol 10 mg 28 Filmtabletten`.
    try_cast(split_part(landed_products.product_name, ' ', 4) as bigint) as dose_count,
    cast(landed_products.cost_amount as decimal(19, 4)) as unit_cost_amount
from landed_products
