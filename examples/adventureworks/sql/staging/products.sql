-- One row per product.
with products as (
    select product_id, product_name, subcategory, category
    from landed.erp_products
)
select product_id, product_name, subcategory, category
from products
