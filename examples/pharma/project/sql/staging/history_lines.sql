-- One row per month of the year before, brick and brand.
with landed_lines as (
    select
        'de_history' as source_id, 'EUR' as currency_code, month_end_date, brick_number, brand_name, quantity,
        net_amount, _row_version_id
    from landed.de_history
    union all
    select
        'pl_history' as source_id, 'PLN' as currency_code, month_end_date, brick_number, brand_name, quantity,
        net_amount, _row_version_id
    from landed.pl_history
)

select
    landed_lines.source_id,
    landed_lines.month_end_date as booking_date,
    landed_lines.brick_number as place_id,
    landed_lines.brand_name as brand_id,
    landed_lines._row_version_id as row_version_id,
    cast(landed_lines.quantity as decimal(19, 4)) as quantity,
    cast(landed_lines.net_amount as decimal(19, 4)) as net_amount,
    landed_lines.currency_code
from landed_lines
