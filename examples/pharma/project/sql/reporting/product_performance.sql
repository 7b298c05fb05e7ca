-- One row per pack and month: what was sold through which channel, and what came back.
with transactions as (
    select product_id, channel_id, document_type, period_id, quantity, net_amount, cost_amount, currency_code
    from conformed.transactions
),

packs as (
    select product_id, product_name, brand_id, category_id, dose_count
    from staging.packs
),

units as (
    select unit_id, category_id
    from conformed.units
)

select
    transactions.product_id,
    transactions.period_id,
    packs.product_name,
    packs.brand_id,
    units.unit_id,
    cast(sum(case when transactions.document_type = 'sale' and transactions.channel_id = 'wholesale'
        then transactions.net_amount else 0.0000 end) as decimal(19, 4)) as wholesale_amount,
    cast(sum(case when transactions.document_type = 'sale' and transactions.channel_id = 'direct'
        then transactions.net_amount else 0.0000 end) as decimal(19, 4)) as direct_amount,
    cast(sum(case when transactions.document_type = 'sale' and transactions.channel_id = 'hospital'
        then transactions.net_amount else 0.0000 end) as decimal(19, 4)) as hospital_amount,
    cast(sum(case when transactions.document_type = 'return' then transactions.net_amount else 0.0000 end)
        as decimal(19, 4)) as returned_amount,
    cast(sum(transactions.net_amount) as decimal(19, 4)) as net_amount,
    cast(sum(transactions.net_amount - transactions.cost_amount) as decimal(19, 4)) as margin_amount,
    transactions.currency_code,
    cast(sum(transactions.quantity) as decimal(19, 4)) as quantity,
    cast(sum(transactions.quantity * packs.dose_count) as decimal(38, 4)) as therapy_day_quantity
from transactions
inner join packs on transactions.product_id = packs.product_id
inner join units on packs.category_id = units.category_id
group by
    transactions.product_id, transactions.period_id, packs.product_name, packs.brand_id, units.unit_id,
    transactions.currency_code
