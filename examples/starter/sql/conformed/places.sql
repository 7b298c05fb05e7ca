-- One row per place; this team has none.
with products as (
    select product_id, product_name
    from staging.products
)
select product_id as place_id, product_name as place_name
from products
where false
