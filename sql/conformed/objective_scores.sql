-- One row per objective, position, payee and period. A project that has them replaces this model.
select
    '' as objective_id,
    '' as position_id,
    '' as payee_id,
    '' as period_id,
    cast(0 as decimal(38, 10)) as score_value
where false
