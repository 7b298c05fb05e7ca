-- One row per salesperson, territory and first day.
with territory_history as (
    select employee_number, territory_id, started_at, ended_at
    from landed.hr_territory_history
)
select
    employee_number,
    territory_id,
    cast(started_at as date) as start_date,
    cast(ended_at as date) as end_date
from territory_history
