-- One row per account, position named on it and interval. A project that has them replaces this model.
select
    '' as account_id,
    '' as position_id,
    cast('0001-01-01' as date) as from_date,
    cast('0001-01-01' as date) as to_date,
    cast(0.000000 as decimal(18, 6)) as share_rate
where false
