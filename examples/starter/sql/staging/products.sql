-- One row per product.
with products as (
    select product_id, product_name, category_id
    from landed.crm_products
)
select product_id, product_name, category_id
from products
