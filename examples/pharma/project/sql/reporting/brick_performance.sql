-- One row per brick of the last map, brand and quarter: pharmacies' sales against the year before and the market, with old bricks in parts.
with transactions as (
    select product_id, channel_id, place_id, period_id, quantity, net_amount, currency_code
    from conformed.transactions
    where place_id is not null and coalesce(channel_id, '') <> 'hospital'
),

products as (
    select product_id, brand_id
    from conformed.products
),

brands as (
    select brand_id, category_id, class_code
    from staging.brands
),

units as (
    select unit_id, category_id
    from conformed.units
),

places as (
    select place_id, place_name
    from conformed.places
),

brick_map as (
    select old_place_id, place_id, weight_rate
    from conformed.brick_map
),

periods as (
    select period_id, quarter_id
    from conformed.periods
    where period_kind = 'base'
),

quarters as (
    select period_id, concat(cast(cast(year_id as bigint) - 1 as varchar), substr(period_id, 5)) as before_period_id
    from conformed.periods
    where period_kind = 'quarter'
),

sold as (
    select
        transactions.place_id, products.brand_id, periods.quarter_id as period_id, transactions.currency_code,
        sum(transactions.quantity) as quantity, sum(transactions.net_amount) as net_amount
    from transactions
    inner join products on transactions.product_id = products.product_id
    inner join periods on transactions.period_id = periods.period_id
    group by transactions.place_id, products.brand_id, periods.quarter_id, transactions.currency_code
),

-- What lay in an old brick lies in the new ones by their parts.
mapped as (
    select
        coalesce(brick_map.place_id, sold.place_id) as place_id, sold.brand_id, sold.period_id, sold.currency_code,
        sum(times(sold.quantity, coalesce(brick_map.weight_rate, 1.000000))) as quantity,
        sum(times(sold.net_amount, coalesce(brick_map.weight_rate, 1.000000))) as net_amount
    from sold
    left join brick_map on sold.place_id = brick_map.old_place_id
    group by coalesce(brick_map.place_id, sold.place_id), sold.brand_id, sold.period_id, sold.currency_code
)

select
    own.place_id,
    own.brand_id,
    own.period_id,
    places.place_name,
    units.unit_id,
    cast(own.quantity as decimal(38, 10)) as own_quantity,
    cast(own.net_amount as decimal(38, 10)) as own_amount,
    own.currency_code,
    cast(before.quantity as decimal(38, 10)) as before_quantity,
    cast(ratio(own.quantity - before.quantity, before.quantity, 6) as decimal(18, 6)) as growth_rate,
    cast(market.quantity as decimal(38, 10)) as market_quantity,
    cast(ratio(own.quantity, market.quantity, 6) as decimal(18, 6)) as share_rate
from mapped as own
inner join brands on own.brand_id = brands.brand_id
inner join units on brands.category_id = units.category_id
inner join quarters on own.period_id = quarters.period_id
inner join places on own.place_id = places.place_id
left join mapped as before
    on own.place_id = before.place_id
    and own.brand_id = before.brand_id
    and quarters.before_period_id = before.period_id
left join mapped as market
    on own.place_id = market.place_id
    and brands.class_code = market.brand_id
    and own.period_id = market.period_id
where own.period_id >= '2025'
