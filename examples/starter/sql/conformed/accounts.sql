-- One row per customer.
with sales as (
    select customer_name
    from staging.sales
)
select
    customer_name as account_id,
    customer_name as account_name,
    'customer' as account_kind,
    cast(null as varchar) as place_id
from sales
group by customer_name
