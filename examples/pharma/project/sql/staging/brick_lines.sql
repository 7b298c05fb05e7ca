-- One row per month, brick and pack: sales of pharmacies that are known by their brick only.
with landed_lines as (
    select month_end_date, brick_number, product_number, quantity, net_amount, _row_version_id
    from landed.de_brick_sellout
)

select
    landed_lines.month_end_date as booking_date,
    landed_lines.brick_number as place_id,
    landed_lines.product_number as product_id,
    landed_lines._row_version_id as row_version_id,
    cast(landed_lines.quantity as decimal(19, 4)) as quantity,
    cast(landed_lines.net_amount as decimal(19, 4)) as net_amount
from landed_lines
