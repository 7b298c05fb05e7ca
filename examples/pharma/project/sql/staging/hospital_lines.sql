-- One row per line of a hospital's order.
with landed_lines as (
    select
        'de_hospital_orders' as source_id, 'EUR' as currency_code, order_number, line_number, booking_date,
        customer_number, product_number, quantity, net_amount, _row_version_id
    from landed.de_hospital_orders
    union all
    select
        'pl_hospital_orders' as source_id, 'PLN' as currency_code, order_number, line_number, booking_date,
        customer_number, product_number, quantity, net_amount, _row_version_id
    from landed.pl_hospital_orders
)

select
    landed_lines.source_id,
    landed_lines.order_number as transaction_id,
    cast(landed_lines.line_number as varchar) as line_id,
    landed_lines._row_version_id as row_version_id,
    landed_lines.booking_date,
    landed_lines.customer_number as account_id,
    landed_lines.product_number as product_id,
    cast(landed_lines.quantity as decimal(19, 4)) as quantity,
    cast(landed_lines.net_amount as decimal(19, 4)) as net_amount,
    landed_lines.currency_code
from landed_lines
