-- One row per contradiction of the sources.
with targets as (
    select seat_id, period_id
    from staging.targets
)
select
    'none' as exception_kind,
    'position' as subject_kind,
    seat_id as subject_id,
    period_id,
    'none' as detail,
    'none' as cure
from targets
where false
