-- One row per order line or return.
with order_lines as (
    select transaction_id, line_id, row_version_id, booking_date, account_id, product_id, channel_id, quantity, net_amount
    from staging.order_lines
),

returns as (
    select transaction_id, row_version_id, booking_date, account_id, product_id, quantity, net_amount
    from staging.returns
),

packs as (
    select product_id, unit_cost_amount
    from staging.packs
),

pharmacies as (
    select account_id, place_id
    from staging.pharmacies
),

days as (
    select day_date, period_id
    from conformed.days
),

lines as (
    select
        'erp' as source_id, transaction_id, line_id, row_version_id, booking_date, 'sale' as document_type,
        account_id, product_id, channel_id, quantity, net_amount
    from order_lines
    union all
    select
        'erp_returns' as source_id, transaction_id, '1' as line_id, row_version_id, booking_date, 'return' as document_type,
        account_id, product_id, cast(null as varchar) as channel_id, quantity, net_amount
    from returns
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
    pharmacies.place_id,
    lines.product_id,
    lines.channel_id,
    cast(null as varchar) as named_position_id,
    lines.quantity,
    lines.net_amount,
    round_money(times(lines.quantity, packs.unit_cost_amount), 2, 'half_up') as cost_amount,
    'EUR' as currency_code
from lines
inner join days on lines.booking_date = days.day_date
left join packs on lines.product_id = packs.product_id
left join pharmacies on lines.account_id = pharmacies.account_id
