-- One row per product.
with products as (
    select product_id, product_name, category_id
    from staging.products
)
select product_id, product_name, product_id as brand_id, category_id
from products
