-- One row per contradiction of the sources; these have none that are looked for.
with positions as (
    select position_id
    from staging.positions
)

select
    'none' as exception_kind,
    'position' as subject_kind,
    position_id as subject_id,
    'none' as period_id,
    'none' as detail,
    'none' as cure
from positions
where false
