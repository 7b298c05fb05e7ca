-- One row per order line.
with sales as (
    select order_number, line_number, booking_date, seat_id, customer_name, product_id, quantity, net_amount, _row_version_id
    from landed.crm_sales
)
select
    order_number,
    line_number,
    _row_version_id as row_version_id,
    booking_date,
    seat_id,
    customer_name,
    product_id,
    quantity,
    net_amount,
    'EUR' as currency_code
from sales
