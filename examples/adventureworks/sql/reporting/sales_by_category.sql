-- One row per product category.
with transactions as (
    select product_id, quantity, net_amount, cost_amount
    from conformed.transactions
),
products as (
    select product_id, category_id
    from conformed.products
)
select
    products.category_id,
    count(*) as line_count,
    cast(sum(transactions.quantity) as decimal(19, 4)) as quantity,
    cast(sum(transactions.net_amount) as decimal(19, 4)) as net_amount,
    cast(sum(transactions.cost_amount) as decimal(19, 4)) as cost_amount
from transactions
inner join products on products.product_id = transactions.product_id
group by products.category_id
