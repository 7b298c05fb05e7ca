-- One row per position and base period in which anyone held it: the days that are filled, and those filled more than once.
with occupancies as (
    select position_id, from_date, to_date, share_rate
    from attainment._occupancies
),

days as (
    select day_date, period_id, is_working_day
    from conformed.days
),

filled as (
    select
        occupancies.position_id, days.day_date, days.period_id, days.is_working_day,
        sum(occupancies.share_rate) as share_rate
    from days
    inner join occupancies
        on days.day_date >= occupancies.from_date
        and days.day_date < occupancies.to_date
    group by occupancies.position_id, days.day_date, days.period_id, days.is_working_day
)

select
    position_id,
    period_id,
    count(day_date) as filled_day_count,
    sum(case when is_working_day then 1 else 0 end) as filled_working_day_count,
    max(share_rate) as highest_share_rate,
    min(case when share_rate > 1.000000 then day_date else null end) as first_overfilled_date
from filled
group by position_id, period_id
