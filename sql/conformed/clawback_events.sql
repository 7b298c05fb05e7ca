-- One row per event that takes pay back. A project that has them replaces this model.
select
    '' as clawback_id,
    '' as payee_id,
    '' as plan_id,
    '' as cause,
    '' as origin_period_id,
    cast('0001-01-01' as date) as event_date,
    '' as period_id,
    0 as elapsed_count,
    cast(0 as decimal(19, 4)) as clawback_amount
where false
