-- One row per brand and month of the year: pharmacies' packs against the market of the class, and the year so far against the one before.
with transactions as (
    select source_id, product_id, channel_id, period_id, quantity
    from conformed.transactions
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

periods as (
    select period_id, year_id, number_in_year
    from conformed.periods
    where period_kind = 'base'
),

-- Hospitals are no part of it, as nobody knows what they bought in the year before.
monthly as (
    select products.brand_id, transactions.period_id, sum(transactions.quantity) as quantity
    from transactions
    inner join products on transactions.product_id = products.product_id
    where coalesce(transactions.channel_id, '') <> 'hospital'
    group by products.brand_id, transactions.period_id
),

-- Every month again in each later one of its year, to add up the year so far.
running as (
    select monthly.brand_id, later.year_id, later.number_in_year, later.period_id, sum(monthly.quantity) as year_quantity
    from monthly
    inner join periods as own on monthly.period_id = own.period_id
    inner join periods as later
        on own.year_id = later.year_id
        and own.number_in_year <= later.number_in_year
    group by monthly.brand_id, later.year_id, later.number_in_year, later.period_id
),

compared as (
    select
        running.brand_id, running.period_id, running.year_quantity, before.year_quantity as before_quantity,
        coalesce(monthly.quantity, 0.0000) as quantity
    from running
    left join running as before
        on running.brand_id = before.brand_id
        and running.number_in_year = before.number_in_year
        and cast(running.year_id as bigint) = cast(before.year_id as bigint) + 1
    left join monthly
        on running.brand_id = monthly.brand_id
        and running.period_id = monthly.period_id
),

figures as (
    select
        units.unit_id, own.brand_id, own.period_id, brands.class_code, own.quantity,
        market.quantity as market_quantity, own.year_quantity, market.year_quantity as market_year_quantity,
        own.before_quantity, market.before_quantity as market_before_quantity,
        ratio(own.year_quantity, own.before_quantity, 10) as own_growth,
        ratio(market.year_quantity, market.before_quantity, 10) as market_growth
    from compared as own
    inner join brands on own.brand_id = brands.brand_id
    inner join units on brands.category_id = units.category_id
    inner join compared as market
        on brands.class_code = market.brand_id
        and own.period_id = market.period_id
    where own.period_id >= '2025'
)

select
    unit_id,
    brand_id,
    period_id,
    class_code,
    cast(quantity as decimal(19, 4)) as own_quantity,
    cast(market_quantity as decimal(19, 4)) as market_quantity,
    cast(ratio(quantity, market_quantity, 6) as decimal(18, 6)) as share_rate,
    cast(ratio(year_quantity, market_year_quantity, 6) as decimal(18, 6)) as year_share_rate,
    cast(ratio(before_quantity, market_before_quantity, 6) as decimal(18, 6)) as year_before_share_rate,
    cast(own_growth - 1 as decimal(38, 10)) as own_growth_rate,
    cast(market_growth - 1 as decimal(38, 10)) as market_growth_rate,
    -- (100 + growth of the brand) ÷ (100 + growth of the market) × 100, with growth in percent.
    cast(ratio(own_growth * 100, market_growth, 4) as decimal(19, 4)) as evolution_index
from figures
