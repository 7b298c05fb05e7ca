-- One row per exchange rate and the days it holds.
with treasury_rates as (
    select exchange_rate_id, rate_type, from_currency_code, to_currency_code, from_date, to_date, exchange_rate
    from staging.treasury_rates
)

select
    treasury_rates.exchange_rate_id,
    treasury_rates.rate_type,
    treasury_rates.from_currency_code,
    treasury_rates.to_currency_code,
    treasury_rates.from_date,
    treasury_rates.to_date,
    treasury_rates.exchange_rate
from treasury_rates
