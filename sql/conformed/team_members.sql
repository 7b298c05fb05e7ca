-- One row per position, team and the days it belongs to it. A project that has them replaces this model.
select
    '' as team_id,
    '' as position_id,
    cast('0001-01-01' as date) as from_date,
    cast('0001-01-01' as date) as to_date
where false
