-- One row per pack on the market.
with landed_products as (
    select pzn, product_name, brand_name, indication_name, cost_amount
    from landed.erp_products
)

select
    landed_products.pzn as product_id,
    landed_products.product_name,
    landed_products.brand_name as brand_id,
    landed_products.indication_name as category_id,
    cast(landed_products.cost_amount as decimal(19, 4)) as unit_cost_amount
from landed_products
