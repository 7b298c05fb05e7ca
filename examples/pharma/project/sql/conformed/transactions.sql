-- One row per line of a delivery, order, return, credit note or volume.
with wholesaler_lines as (
    select
        source_id, transaction_id, line_id, row_version_id, booking_date, account_id, product_id, channel_id, quantity,
        net_amount, currency_code
    from staging.wholesaler_lines
),

brick_lines as (
    select booking_date, place_id, product_id, row_version_id, quantity, net_amount
    from staging.brick_lines
),

hospital_lines as (
    select
        source_id, transaction_id, line_id, row_version_id, booking_date, account_id, product_id, quantity, net_amount,
        currency_code
    from staging.hospital_lines
),

returns as (
    select
        source_id, transaction_id, row_version_id, booking_date, account_id, product_id, quantity, net_amount,
        currency_code
    from staging.returns
),

credit_notes as (
    select
        source_id, transaction_id, line_id, row_version_id, booking_date, account_id, product_id, net_amount,
        currency_code
    from staging.credit_notes
),

market_volumes as (
    select source_id, booking_date, place_id, class_code, row_version_id, quantity, net_amount, currency_code
    from staging.market_volumes
),

history_lines as (
    select source_id, booking_date, place_id, brand_id, row_version_id, quantity, net_amount, currency_code
    from staging.history_lines
),

packs as (
    select product_id, unit_cost_amount
    from staging.packs
),

customers as (
    select account_id, place_id, later_place_id, later_from_date
    from staging.customers
),

days as (
    select day_date, period_id
    from conformed.days
),

account_lines as (
    select
        source_id, transaction_id, line_id, row_version_id, booking_date, 'sale' as document_type, account_id,
        product_id, channel_id, quantity, net_amount, currency_code
    from wholesaler_lines
    union all
    select
        source_id, transaction_id, line_id, row_version_id, booking_date, 'sale' as document_type, account_id,
        product_id, 'hospital' as channel_id, quantity, net_amount, currency_code
    from hospital_lines
    union all
    select
        source_id, transaction_id, '1' as line_id, row_version_id, booking_date, 'return' as document_type, account_id,
        product_id,
        case when source_id in ('de_hospital_orders', 'pl_hospital_orders') then 'hospital' else 'wholesale' end
            as channel_id,
        quantity, net_amount, currency_code
    from returns
    union all
    select
        source_id, transaction_id, line_id, row_version_id, booking_date, 'return' as document_type, account_id,
        product_id, 'wholesale' as channel_id, cast(0 as decimal(19, 4)) as quantity, net_amount, currency_code
    from credit_notes
),

-- A customer lies in the brick of the map of the day.
lines as (
    select
        account_lines.source_id, account_lines.transaction_id, account_lines.line_id, account_lines.row_version_id,
        account_lines.booking_date, account_lines.document_type, account_lines.account_id,
        case
            when account_lines.booking_date >= customers.later_from_date then customers.later_place_id
            else customers.place_id
        end as place_id,
        account_lines.product_id, account_lines.channel_id, account_lines.quantity, account_lines.net_amount,
        account_lines.currency_code
    from account_lines
    left join customers on account_lines.account_id = customers.account_id
    union all
    select
        'de_brick_sellout' as source_id, concat(cast(booking_date as varchar), ' ', place_id) as transaction_id,
        product_id as line_id, row_version_id, booking_date, 'sale' as document_type,
        cast(null as varchar) as account_id, place_id, product_id, 'wholesale' as channel_id, quantity, net_amount,
        'EUR' as currency_code
    from brick_lines
    union all
    select
        source_id, concat(cast(booking_date as varchar), ' ', place_id) as transaction_id, class_code as line_id,
        row_version_id, booking_date, 'sale' as document_type, cast(null as varchar) as account_id, place_id,
        concat('market:', class_code) as product_id, cast(null as varchar) as channel_id, quantity, net_amount,
        currency_code
    from market_volumes
    union all
    select
        source_id, concat(cast(booking_date as varchar), ' ', place_id) as transaction_id, brand_id as line_id,
        row_version_id, booking_date, 'sale' as document_type, cast(null as varchar) as account_id, place_id,
        concat('2024:', brand_id) as product_id, cast(null as varchar) as channel_id, quantity, net_amount,
        currency_code
    from history_lines
)

select
    lines.source_id,
    lines.transaction_id,
    lines.line_id,
    lines.row_version_id,
    lines.booking_date,
    days.period_id,
    lines.document_type,
    lines.account_id,
    lines.place_id,
    lines.product_id,
    lines.channel_id,
    cast(null as varchar) as named_position_id,
    lines.quantity,
    lines.net_amount,
    round_money(times(lines.quantity, packs.unit_cost_amount), 2, 'half_up') as cost_amount,
    lines.currency_code
from lines
inner join days on lines.booking_date = days.day_date
left join packs on lines.product_id = packs.product_id
