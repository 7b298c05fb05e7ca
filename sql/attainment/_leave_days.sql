-- One row per position, payee, base period and kind of leave: the days held on which the payee was on leave. Where leaves overlap, the one that began last counts while it lasts.
with occupancies as (
    select position_id, payee_id, from_date, to_date, share_rate
    from attainment._occupancies
),

pay_terms as (
    select payee_id, from_date, to_date, target_incentive_amount
    from attainment._pay_terms
),

leaves as (
    select payee_id, from_date, to_date, leave_kind
    from conformed.leaves
),

days as (
    select day_date, period_id, is_working_day
    from conformed.days
),

-- Leaves meet the payee's seats first, so that only the days of a few short intervals are listed.
seat_leaves as (
    select
        occupancies.position_id, occupancies.payee_id, occupancies.share_rate, leaves.leave_kind,
        leaves.from_date as leave_from_date,
        greatest(occupancies.from_date, leaves.from_date) as from_date,
        least(occupancies.to_date, leaves.to_date) as to_date
    from leaves
    inner join occupancies
        on leaves.payee_id = occupancies.payee_id
        and leaves.from_date < occupancies.to_date
        and occupancies.from_date < leaves.to_date
),

leave_dates as (
    select
        seat_leaves.position_id, seat_leaves.payee_id, seat_leaves.share_rate, seat_leaves.leave_kind, days.day_date,
        days.period_id, days.is_working_day,
        row_number() over (
            partition by seat_leaves.position_id, seat_leaves.payee_id, days.day_date
            order by seat_leaves.leave_from_date desc
        ) as number_from_last
    from days
    inner join seat_leaves
        on days.day_date >= seat_leaves.from_date
        and days.day_date < seat_leaves.to_date
),

termed_dates as (
    select
        leave_dates.position_id, leave_dates.payee_id, leave_dates.share_rate, leave_dates.leave_kind,
        leave_dates.day_date, leave_dates.period_id, leave_dates.is_working_day, pay_terms.target_incentive_amount
    from leave_dates
    left join pay_terms
        on leave_dates.payee_id = pay_terms.payee_id
        and leave_dates.day_date >= pay_terms.from_date
        and leave_dates.day_date < pay_terms.to_date
    where leave_dates.number_from_last = 1
)

select
    position_id,
    payee_id,
    period_id,
    leave_kind,
    count(day_date) as leave_day_count,
    sum(case when is_working_day then 1 else 0 end) as leave_working_day_count,
    count(target_incentive_amount) as termed_day_count,
    sum(share_rate) as share_day_quantity,
    sum(case when is_working_day then share_rate else 0.000000 end) as share_working_day_quantity,
    coalesce(sum(target_incentive_amount * share_rate), 0.0000000000) as incentive_day_amount,
    coalesce(sum(case when is_working_day then target_incentive_amount * share_rate else 0.0000000000 end), 0.0000000000)
        as incentive_working_day_amount
from termed_dates
group by position_id, payee_id, period_id, leave_kind
