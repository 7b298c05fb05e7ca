-- One row per person in a seat and first day.
with landed_seats_held as (
    select position_number, employee_number, from_date, last_date, share_percent
    from landed.de_occupancies
    union all
    select position_number, employee_number, from_date, last_date, share_percent
    from landed.pl_occupancies
)

select
    landed_seats_held.position_number as position_id,
    landed_seats_held.employee_number as payee_id,
    landed_seats_held.from_date,
    case
        when landed_seats_held.last_date = date '9999-12-31' then landed_seats_held.last_date
        else landed_seats_held.last_date + interval '1 day'
    end as to_date,
    cast(landed_seats_held.share_percent * 0.01 as decimal(18, 6)) as share_rate
from landed_seats_held
