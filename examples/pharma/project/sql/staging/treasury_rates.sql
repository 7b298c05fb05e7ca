-- One row per exchange rate.
with landed_treasury_rates as (
    select rate_number, rate_type, from_currency_code, to_currency_code, from_date, last_date, exchange_rate
    from landed.finance_exchange_rates
)

select
    landed_treasury_rates.rate_number as exchange_rate_id,
    landed_treasury_rates.rate_type,
    landed_treasury_rates.from_currency_code,
    landed_treasury_rates.to_currency_code,
    landed_treasury_rates.from_date,
    case
        when landed_treasury_rates.last_date = date '9999-12-31' then landed_treasury_rates.last_date
        else landed_treasury_rates.last_date + interval '1 day'
    end as to_date,
    landed_treasury_rates.exchange_rate
from landed_treasury_rates
