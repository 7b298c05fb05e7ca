-- One row per hold on pay. A project that has them replaces this model.
select
    '' as hold_id,
    '' as payee_id,
    '' as earning_code,
    '' as from_period_id,
    '' as reason,
    '' as release_period_id
where false
