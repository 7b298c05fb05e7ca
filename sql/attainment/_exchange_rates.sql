-- One row per type, pair of currencies and interval of one rate: where rates overlap, the one that began last counts while it lasts.
with exchange_rates as (
    select exchange_rate_id, rate_type, from_currency_code, to_currency_code, from_date, to_date, exchange_rate
    from conformed.exchange_rates
),

borders as (
    select rate_type, from_currency_code, to_currency_code, from_date as border_date
    from exchange_rates
    union all
    select rate_type, from_currency_code, to_currency_code, to_date as border_date
    from exchange_rates
),

border_dates as (
    select rate_type, from_currency_code, to_currency_code, border_date
    from borders
    group by rate_type, from_currency_code, to_currency_code, border_date
),

intervals as (
    select
        rate_type, from_currency_code, to_currency_code, border_date as from_date,
        lead(border_date) over (
            partition by rate_type, from_currency_code, to_currency_code order by border_date
        ) as to_date
    from border_dates
),

ranked as (
    select
        intervals.rate_type, intervals.from_currency_code, intervals.to_currency_code, intervals.from_date,
        intervals.to_date, exchange_rates.exchange_rate_id, exchange_rates.exchange_rate,
        row_number() over (
            partition by
                intervals.rate_type, intervals.from_currency_code, intervals.to_currency_code, intervals.from_date
            order by exchange_rates.from_date desc, exchange_rates.exchange_rate_id
        ) as number_from_last
    from intervals
    inner join exchange_rates
        on intervals.rate_type = exchange_rates.rate_type
        and intervals.from_currency_code = exchange_rates.from_currency_code
        and intervals.to_currency_code = exchange_rates.to_currency_code
        and exchange_rates.from_date <= intervals.from_date
        and exchange_rates.to_date >= intervals.to_date
)

select rate_type, from_currency_code, to_currency_code, from_date, to_date, exchange_rate_id, exchange_rate
from ranked
where number_from_last = 1
