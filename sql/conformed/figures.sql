-- One row per figure, position and period. A project that has them replaces this model.
select
    '' as figure_id,
    '' as position_id,
    '' as period_id,
    cast(0 as decimal(38, 10)) as figure_value
where false
