-- One row per month, brick and class: what all makers sold.
with landed_volumes as (
    select
        'de_market' as source_id, 'EUR' as currency_code, month_end_date, brick_number, class_code, quantity,
        market_amount, _row_version_id
    from landed.de_market
    union all
    select
        'pl_market' as source_id, 'PLN' as currency_code, month_end_date, brick_number, class_code, quantity,
        market_amount, _row_version_id
    from landed.pl_market
)

select
    landed_volumes.source_id,
    landed_volumes.month_end_date as booking_date,
    landed_volumes.brick_number as place_id,
    landed_volumes.class_code,
    landed_volumes._row_version_id as row_version_id,
    cast(landed_volumes.quantity as decimal(19, 4)) as quantity,
    cast(landed_volumes.market_amount as decimal(19, 4)) as net_amount,
    landed_volumes.currency_code
from landed_volumes
