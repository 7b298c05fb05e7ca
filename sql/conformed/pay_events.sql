-- One row per event that releases pay. A project that has them replaces this model.
select
    '' as event_id,
    '' as event_kind,
    '' as payee_id,
    '' as earning_code,
    '' as origin_period_id,
    cast('0001-01-01' as date) as event_date,
    '' as period_id
where false
