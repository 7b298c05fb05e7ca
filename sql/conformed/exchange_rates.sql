-- One row per exchange rate and the days it holds. A project that has them replaces this model.
select
    '' as exchange_rate_id,
    '' as rate_type,
    '' as from_currency_code,
    '' as to_currency_code,
    cast('0001-01-01' as date) as from_date,
    cast('0001-01-01' as date) as to_date,
    cast(0 as decimal(28, 12)) as exchange_rate
where false
