-- One row per return.
with landed_returns as (
    select return_number, booking_date, pharmacy_number, pzn, quantity, credit_amount, _row_version_id
    from landed.erp_returns
)

select
    landed_returns.return_number as transaction_id,
    landed_returns._row_version_id as row_version_id,
    landed_returns.booking_date,
    landed_returns.pharmacy_number as account_id,
    landed_returns.pzn as product_id,
    cast(- landed_returns.quantity as decimal(19, 4)) as quantity,
    cast(- landed_returns.credit_amount as decimal(19, 4)) as net_amount
from landed_returns
