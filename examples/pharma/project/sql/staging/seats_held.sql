-- One row per person in a seat and first day.
with landed_occupancies as (
    select position_number, employee_number, from_date, last_date, share_percent
    from landed.hr_occupancies
)

select
    landed_occupancies.position_number as position_id,
    landed_occupancies.employee_number as payee_id,
    landed_occupancies.from_date,
    case
        when landed_occupancies.last_date = date '9999-12-31' then landed_occupancies.last_date
        else landed_occupancies.last_date + interval '1 day'
    end as to_date,
    cast(landed_occupancies.share_percent * 0.01 as decimal(18, 6)) as share_rate
from landed_occupancies
