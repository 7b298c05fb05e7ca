-- One row per order line.
with sales as (
    select
        order_number, line_number, row_version_id, booking_date, seat_id, customer_name, product_id, quantity,
        net_amount, currency_code
    from staging.sales
),
days as (
    select day_date, period_id
    from conformed.days
)
select
    'crm' as source_id,
    sales.order_number as transaction_id,
    sales.line_number as line_id,
    sales.row_version_id,
    sales.booking_date,
    days.period_id,
    case when sales.net_amount < 0 then 'return' else 'sale' end as document_type,
    sales.customer_name as account_id,
    cast(null as varchar) as place_id,
    sales.product_id,
    cast(null as varchar) as channel_id,
    sales.seat_id as named_position_id,
    sales.quantity,
    sales.net_amount,
    cast(null as decimal(19, 4)) as cost_amount,
    sales.currency_code
from sales
inner join days on days.day_date = sales.booking_date
