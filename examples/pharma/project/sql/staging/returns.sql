-- One row per return.
with landed_returns as (
    select
        'de' as country_code, 'EUR' as currency_code, return_number, booking_date, customer_number, product_number,
        quantity, credit_amount, original_number, original_line_number, _row_version_id
    from landed.de_returns
    union all
    select
        'pl' as country_code, 'PLN' as currency_code, return_number, booking_date, customer_number, product_number,
        quantity, credit_amount, original_number, original_line_number, _row_version_id
    from landed.pl_returns
),

customers as (
    select account_id, account_kind
    from staging.customers
)

select
    -- A return stands in the source of what it takes back.
    case customers.account_kind
        when 'hospital' then concat(landed_returns.country_code, '_hospital_orders')
        else concat(landed_returns.country_code, '_sellout')
    end as source_id,
    landed_returns.return_number as transaction_id,
    landed_returns._row_version_id as row_version_id,
    landed_returns.booking_date,
    landed_returns.customer_number as account_id,
    landed_returns.product_number as product_id,
    cast(- landed_returns.quantity as decimal(19, 4)) as quantity,
    cast(- landed_returns.credit_amount as decimal(19, 4)) as net_amount,
    landed_returns.currency_code,
    landed_returns.original_number as original_transaction_id,
    cast(landed_returns.original_line_number as varchar) as original_line_id
from landed_returns
inner join customers on landed_returns.customer_number = customers.account_id
