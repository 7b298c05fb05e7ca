-- One row per order line.
with landed_lines as (
    select
        order_number, line_number, booking_date, channel_name, pharmacy_number, pzn, quantity, net_amount, _row_version_id
    from landed.erp_order_lines
)

select
    landed_lines.order_number as transaction_id,
    cast(landed_lines.line_number as varchar) as line_id,
    landed_lines._row_version_id as row_version_id,
    landed_lines.booking_date,
    landed_lines.pharmacy_number as account_id,
    landed_lines.pzn as product_id,
    case landed_lines.channel_name
        when 'Großhandel' then 'wholesale'
        when 'Direkt' then 'direct'
        else 'unknown'
    end as channel_id,
    cast(landed_lines.quantity as decimal(19, 4)) as quantity,
    cast(landed_lines.net_amount as decimal(19, 4)) as net_amount
from landed_lines
