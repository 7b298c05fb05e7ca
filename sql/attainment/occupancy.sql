-- One row per position, payee and base period in which the payee held the position.
with occupancies as (
    select position_id, payee_id, from_date, to_date, share_rate
    from attainment._occupancies
),

pay_terms as (
    select payee_id, from_date, to_date, target_incentive_amount, commission_rate, currency_code
    from attainment._pay_terms
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

-- Each occupancy whole, and again each part of it that has terms.
intervals as (
    select
        position_id, payee_id, 'held' as interval_kind, from_date, to_date, share_rate,
        cast(null as decimal(19, 4)) as target_incentive_amount, cast(null as varchar) as currency_code
    from occupancies
    union all
    select
        occupancies.position_id, occupancies.payee_id, 'termed' as interval_kind,
        greatest(occupancies.from_date, pay_terms.from_date) as from_date,
        least(occupancies.to_date, pay_terms.to_date) as to_date, occupancies.share_rate,
        pay_terms.target_incentive_amount, pay_terms.currency_code
    from occupancies
    inner join pay_terms
        on occupancies.payee_id = pay_terms.payee_id
        and occupancies.from_date < pay_terms.to_date
        and pay_terms.from_date < occupancies.to_date
),

parts as (
    select
        intervals.position_id, intervals.payee_id, intervals.interval_kind, intervals.share_rate,
        intervals.target_incentive_amount, intervals.currency_code, periods.period_id,
        greatest(intervals.from_date, periods.first_date) as first_date,
        least(intervals.to_date, periods.last_date) as end_date,
        -- Whether the day of the end is a day of the interval too, where the period ends first.
        case when intervals.to_date > periods.last_date then 1 else 0 end as ends_within
    from intervals
    inner join periods
        on intervals.from_date <= periods.last_date
        and intervals.to_date > periods.first_date
),

counted as (
    select
        parts.position_id, parts.payee_id, parts.interval_kind, parts.share_rate, parts.target_incentive_amount,
        parts.currency_code, parts.period_id,
        last_days.day_number - first_days.day_number + parts.ends_within as day_count,
        last_days.working_day_number - first_days.working_day_number + first_days.working_day
            - case when parts.ends_within = 1 then 0 else last_days.working_day end as working_day_count,
        last_days.day_number - 1 + parts.ends_within as last_day_number
    from parts
    inner join numbered_days as first_days on parts.first_date = first_days.day_date
    inner join numbered_days as last_days on parts.end_date = last_days.day_date
),

summed as (
    select
        position_id, payee_id, period_id,
        sum(case when interval_kind = 'held' then day_count else 0 end) as held_day_count,
        sum(case when interval_kind = 'held' then working_day_count else 0 end) as held_working_day_count,
        sum(case when target_incentive_amount is null then 0 else day_count end) as termed_day_count,
        sum(case when interval_kind = 'held' then share_rate * day_count else 0.000000 end) as share_day_quantity,
        sum(case when interval_kind = 'held' then share_rate * working_day_count else 0.000000 end)
            as share_working_day_quantity,
        coalesce(sum(target_incentive_amount * share_rate * day_count), 0.0000000000) as incentive_day_amount,
        coalesce(sum(target_incentive_amount * share_rate * working_day_count), 0.0000000000)
            as incentive_working_day_amount,
        max(currency_code) as currency_code,
        case when min(currency_code) <> max(currency_code) then true else false end as has_several_currencies,
        max(case when interval_kind = 'held' then last_day_number else 0 end) as last_day_number
    from counted
    group by position_id, payee_id, period_id
)

select
    summed.position_id,
    summed.payee_id,
    summed.period_id,
    summed.held_day_count,
    summed.held_working_day_count,
    summed.termed_day_count,
    cast(summed.share_day_quantity as decimal(38, 10)) as share_day_quantity,
    cast(summed.share_working_day_quantity as decimal(38, 10)) as share_working_day_quantity,
    cast(summed.incentive_day_amount as decimal(38, 10)) as incentive_day_amount,
    cast(summed.incentive_working_day_amount as decimal(38, 10)) as incentive_working_day_amount,
    pay_terms.commission_rate,
    summed.currency_code,
    summed.has_several_currencies,
    last_days.day_date as last_held_date
from summed
inner join numbered_days as last_days on summed.last_day_number = last_days.day_number
left join pay_terms
    on summed.payee_id = pay_terms.payee_id
    and last_days.day_date >= pay_terms.from_date
    and last_days.day_date < pay_terms.to_date
