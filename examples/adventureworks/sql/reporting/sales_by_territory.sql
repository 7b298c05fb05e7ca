-- One row per territory.
with transactions as (
    select place_id, quantity, net_amount, cost_amount
    from conformed.transactions
),
places as (
    select place_id, place_name, country
    from conformed.places
)
select
    places.place_id,
    places.place_name,
    places.country,
    count(*) as line_count,
    cast(sum(transactions.quantity) as decimal(19, 4)) as quantity,
    cast(sum(transactions.net_amount) as decimal(19, 4)) as net_amount,
    cast(sum(transactions.cost_amount) as decimal(19, 4)) as cost_amount
from transactions
inner join places on places.place_id = transactions.place_id
group by places.place_id, places.place_name, places.country
