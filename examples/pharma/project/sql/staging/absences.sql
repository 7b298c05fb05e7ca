-- One row per person and first day away.
with landed_absences as (
    select employee_number, from_date, last_date, kind_name
    from landed.de_leaves
    union all
    select employee_number, from_date, last_date, kind_name
    from landed.pl_leaves
)

select
    landed_absences.employee_number as payee_id,
    landed_absences.from_date,
    case
        when landed_absences.last_date = date '9999-12-31' then landed_absences.last_date
        else landed_absences.last_date + interval '1 day'
    end as to_date,
    case
        when landed_absences.kind_name in ('Elternzeit', 'Urlop rodzicielski') then 'parental'
        else 'sick_over_42_days'
    end as leave_kind
from landed_absences
