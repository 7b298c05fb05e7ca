-- One row per position and base period in which anyone held it: the days that are filled, and those filled more than once.
with occupancies as (
    select position_id, from_date, to_date, share_rate
    from attainment._occupancies
),

days as (
    select day_date, period_id, is_working_day
    from conformed.days
),

-- Days are counted by their numbers, not listed.
numbered_days as (
    select
        day_date, case when is_working_day then 1 else 0 end as working_day,
        cast(row_number() over (order by day_date) as bigint) as day_number,
        count(case when is_working_day then 1 else null end) over (
            order by day_date rows between unbounded preceding and current row
        ) as working_day_number
    from days
),

periods as (
    select period_id, min(day_date) as first_date, max(day_date) as last_date
    from days
    group by period_id
),

borders as (
    select position_id, from_date as border_date
    from occupancies
    union all
    select position_id, to_date as border_date
    from occupancies
),

border_dates as (
    select position_id, border_date
    from borders
    group by position_id, border_date
),

intervals as (
    select
        position_id, border_date as from_date,
        lead(border_date) over (partition by position_id order by border_date) as to_date
    from border_dates
),

-- Cut wherever anyone comes or goes, the shares of an interval are those of each of its days.
filled as (
    select
        intervals.position_id, intervals.from_date, intervals.to_date, sum(occupancies.share_rate) as share_rate
    from intervals
    inner join occupancies
        on intervals.position_id = occupancies.position_id
        and occupancies.from_date <= intervals.from_date
        and occupancies.to_date >= intervals.to_date
    group by intervals.position_id, intervals.from_date, intervals.to_date
),

parts as (
    select
        filled.position_id, filled.share_rate, periods.period_id,
        greatest(filled.from_date, periods.first_date) as first_date,
        least(filled.to_date, periods.last_date) as end_date,
        -- Whether the day of the end is a day of the interval too, where the period ends first.
        case when filled.to_date > periods.last_date then 1 else 0 end as ends_within
    from filled
    inner join periods
        on filled.from_date <= periods.last_date
        and filled.to_date > periods.first_date
)

select
    parts.position_id,
    parts.period_id,
    sum(last_days.day_number - first_days.day_number + parts.ends_within) as filled_day_count,
    sum(
        last_days.working_day_number - first_days.working_day_number + first_days.working_day
            - case when parts.ends_within = 1 then 0 else last_days.working_day end
    ) as filled_working_day_count,
    max(parts.share_rate) as highest_share_rate,
    min(case when parts.share_rate > 1.000000 then parts.first_date else null end) as first_overfilled_date
from parts
inner join numbered_days as first_days on parts.first_date = first_days.day_date
inner join numbered_days as last_days on parts.end_date = last_days.day_date
group by parts.position_id, parts.period_id
