-- One row per line of a delivery note.
with landed_lines as (
    select
        'de_sellout' as source_id, 'EUR' as currency_code, wholesaler_name, note_number, line_number, delivery_date,
        pharmacy_number, product_number, quantity, net_amount, kind_code, _row_version_id
    from landed.de_sellout
    union all
    select
        'pl_sellout' as source_id, 'PLN' as currency_code, wholesaler_name, note_number, line_number, delivery_date,
        pharmacy_number, product_number, quantity, net_amount, kind_code, _row_version_id
    from landed.pl_sellout
)

select
    landed_lines.source_id,
    landed_lines.note_number as transaction_id,
    cast(landed_lines.line_number as varchar) as line_id,
    landed_lines._row_version_id as row_version_id,
    landed_lines.delivery_date as booking_date,
    lower(landed_lines.wholesaler_name) as wholesaler_key,
    landed_lines.pharmacy_number as account_id,
    landed_lines.product_number as product_id,
    case landed_lines.kind_code
        when 'UEW' then 'direct'
        else 'wholesale'
    end as channel_id,
    cast(landed_lines.quantity as decimal(19, 4)) as quantity,
    cast(landed_lines.net_amount as decimal(19, 4)) as net_amount,
    landed_lines.currency_code
from landed_lines
