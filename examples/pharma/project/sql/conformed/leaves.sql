-- One row per person and first day away.
with absences as (
    select payee_id, from_date, to_date, leave_kind
    from staging.absences
)

select
    absences.payee_id,
    absences.from_date,
    absences.to_date,
    absences.leave_kind
from absences
