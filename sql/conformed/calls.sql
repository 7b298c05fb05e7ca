-- One row per call. A project that has them replaces this model.
select
    '' as call_id,
    '' as position_id,
    '' as account_id,
    cast('0001-01-01' as date) as call_date,
    '' as period_id
where false
