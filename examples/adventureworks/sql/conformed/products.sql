-- One row per product.
with products as (
    select product_id, product_name, subcategory, category
    from staging.products
)
select
    product_id,
    product_name,
    subcategory as brand_id,
    category as category_id
from products
