-- One row per position, account and period of a call plan. A project that has them replaces this model.
select
    '' as position_id,
    '' as account_id,
    '' as period_id,
    0 as planned_count
where false
