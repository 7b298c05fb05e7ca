-- One row per order line.
with order_lines as (
    select
        order_number, line_number, row_version_id, order_date, product_id, reseller_id, employee_key, territory_id,
        quantity, net_amount, cost_amount, currency_code
    from staging.order_lines
),
days as (
    select day_date, period_id
    from conformed.days
)
select
    'erp' as source_id,
    order_lines.order_number as transaction_id,
    cast(order_lines.line_number as varchar) as line_id,
    order_lines.row_version_id,
    order_lines.order_date as booking_date,
    days.period_id,
    case when order_lines.net_amount < 0 then 'return' else 'sale' end as document_type,
    order_lines.reseller_id as account_id,
    order_lines.territory_id as place_id,
    order_lines.product_id,
    'reseller' as channel_id,
    concat('seat-', order_lines.employee_key) as named_position_id,
    order_lines.quantity,
    order_lines.net_amount,
    order_lines.cost_amount,
    order_lines.currency_code
from order_lines
inner join days on days.day_date = order_lines.order_date
