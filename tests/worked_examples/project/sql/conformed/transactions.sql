-- One row per deal line; what is below zero is a return.
with deals as (
    select
        transaction_id, line_id, row_version_id, booking_date, account_id, place_id, product_id, channel_id, position_id,
        quantity, net_amount, cost_amount, currency_code
    from staging.deals
),

days as (
    select day_date, period_id
    from conformed.days
)

select
    'shop' as source_id,
    deals.transaction_id,
    deals.line_id,
    deals.row_version_id,
    deals.booking_date,
    days.period_id,
    case when deals.net_amount < 0 then 'return' else 'sale' end as document_type,
    deals.account_id,
    deals.place_id,
    deals.product_id,
    deals.channel_id,
    deals.position_id as named_position_id,
    deals.quantity,
    deals.net_amount,
    deals.cost_amount,
    deals.currency_code
from deals
inner join days on days.day_date = deals.booking_date
