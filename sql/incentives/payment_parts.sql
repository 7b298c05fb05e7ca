-- One row per payee, plan, period and part of payment: how much of what was earned it is, and in which run it is due.
with earnings as (
    select payee_id, plan_id, period_id, earning_code, currency_code, earned_amount
    from incentives.earnings
),

plans as (
    select plan_id, rounding_digits
    from conformed.plan_plans
),

plan_parts as (
    select
        plan_id, part_number, part_id, part_rate, release_kind, release_count, event_kind,
        coalesce(part_weight, part_rate) as part_weight, coalesce(time_number, 1) - 1 as later_month_count
    from conformed.plan_payment_parts
),

currencies as (
    select currency_code, minor_digit_count
    from conformed.currencies
),

runs as (
    select period_id, run_number, to_date, year_to_date
    from incentives._pay_runs
),

days as (
    select day_date, period_id
    from conformed.days
),

pay_events as (
    select event_kind, payee_id, earning_code, origin_period_id, min(event_date) as event_date
    from conformed.pay_events
    group by event_kind, payee_id, earning_code, origin_period_id
),

holds as (
    select hold_id, payee_id, earning_code, from_period_id, release_period_id
    from conformed.holds
),

-- A plan without parts pays all at once. What is cut is a whole number of the finer of two units: the plan's and the currency's.
parts as (
    select
        earnings.payee_id, earnings.plan_id, earnings.period_id, earnings.earning_code, earnings.currency_code,
        coalesce(plan_parts.part_number, 1) as part_number,
        coalesce(plan_parts.part_id, 'all') as part_id,
        coalesce(plan_parts.part_rate, 1.000000) as part_rate,
        coalesce(plan_parts.release_kind, 'at_once') as release_kind,
        coalesce(plan_parts.release_count, 0) as release_count,
        coalesce(plan_parts.event_kind, '') as event_kind,
        coalesce(plan_parts.later_month_count, 0) as later_month_count,
        largest_remainder(
            earnings.earned_amount,
            coalesce(plan_parts.part_weight, 1.000000),
            greatest(coalesce(currencies.minor_digit_count, 2), plans.rounding_digits)
        ) over (
            partition by earnings.payee_id, earnings.plan_id, earnings.period_id order by plan_parts.part_number
        ) as part_amount
    from earnings
    inner join plans on earnings.plan_id = plans.plan_id
    left join plan_parts on earnings.plan_id = plan_parts.plan_id
    left join currencies on earnings.currency_code = currencies.currency_code
),

-- Days and months are counted from the last day of the period. What is spread over months is due in each of them.
begun as (
    select
        parts.payee_id, parts.plan_id, parts.period_id, parts.part_number, parts.part_id, parts.earning_code,
        parts.currency_code, parts.part_rate, parts.release_kind, parts.part_amount, parts.later_month_count,
        runs.run_number, runs.to_date,
        case
            when parts.release_kind = 'at_once' then runs.to_date - interval '1 day'
            when parts.release_kind = 'after_days'
                then runs.to_date - interval '1 day' + cast(cast(parts.release_count as varchar) || ' days' as interval)
            when parts.release_kind = 'after_months'
                then runs.to_date - interval '1 day' + cast(
                    cast(parts.release_count + parts.later_month_count as varchar) || ' months' as interval
                )
            when parts.release_kind = 'year_end' then runs.year_to_date - interval '1 day'
            else pay_events.event_date
        end as first_release_date
    from parts
    inner join runs on parts.period_id = runs.period_id
    left join pay_events
        on parts.event_kind = pay_events.event_kind
        and parts.payee_id = pay_events.payee_id
        and parts.earning_code = pay_events.earning_code
        and parts.period_id = pay_events.origin_period_id
),

dated as (
    select
        payee_id, plan_id, period_id, part_number, part_id, earning_code, currency_code, part_rate, release_kind,
        part_amount, run_number, to_date,
        case
            when release_kind = 'after_months' then first_release_date
            else first_release_date + cast(cast(later_month_count as varchar) || ' months' as interval)
        end as release_date
    from begun
),

-- A part is due in the base period that holds its day, and never before the run of its own period.
scheduled as (
    select
        dated.payee_id, dated.plan_id, dated.period_id, dated.part_number, dated.part_id, dated.earning_code,
        dated.currency_code, dated.part_rate, dated.release_kind, dated.part_amount, dated.release_date,
        case when dated.release_date < dated.to_date then dated.period_id else runs.period_id end as scheduled_period_id,
        case when dated.release_date < dated.to_date then dated.run_number else runs.run_number end
            as scheduled_run_number
    from dated
    left join days on dated.release_date = days.day_date
    left join runs on days.period_id = runs.period_id
),

-- A hold keeps the runs from its first period until the one that releases it.
held_runs as (
    select
        holds.hold_id, holds.payee_id, holds.earning_code, held.run_number as from_run_number,
        coalesce(released.run_number, 1000000000) as release_run_number
    from holds
    inner join runs as held on holds.from_period_id = held.period_id
    left join runs as released on holds.release_period_id = released.period_id
),

followed as (
    select
        hold_id, payee_id, earning_code, from_run_number, release_run_number,
        max(release_run_number) over (
            partition by payee_id, earning_code
            order by from_run_number, hold_id
            rows between unbounded preceding and 1 preceding
        ) as held_until_number
    from held_runs
    where release_run_number > from_run_number
),

-- Holds that meet are one.
joined as (
    select
        hold_id, payee_id, earning_code, from_run_number, release_run_number,
        sum(case when from_run_number <= held_until_number then 0 else 1 end) over (
            partition by payee_id, earning_code
            order by from_run_number, hold_id
            rows between unbounded preceding and current row
        ) as spell_number
    from followed
),

spells as (
    select
        payee_id, earning_code, spell_number, min(hold_id) as hold_id, min(from_run_number) as from_run_number,
        max(release_run_number) as release_run_number
    from joined
    group by payee_id, earning_code, spell_number
),

due as (
    select
        scheduled.payee_id, scheduled.plan_id, scheduled.period_id, scheduled.part_number, spells.hold_id,
        case when spells.hold_id is null then scheduled.scheduled_run_number else spells.release_run_number end
            as due_run_number
    from scheduled
    left join spells
        on scheduled.payee_id = spells.payee_id
        and scheduled.earning_code = spells.earning_code
        and scheduled.scheduled_run_number >= spells.from_run_number
        and scheduled.scheduled_run_number < spells.release_run_number
)

select
    scheduled.payee_id,
    scheduled.plan_id,
    scheduled.period_id,
    scheduled.part_number,
    scheduled.part_id,
    scheduled.earning_code,
    scheduled.currency_code,
    scheduled.part_rate,
    scheduled.part_amount,
    scheduled.release_kind,
    scheduled.release_date,
    scheduled.scheduled_period_id,
    due.hold_id,
    runs.period_id as due_period_id,
    runs.run_number as due_run_number
from scheduled
inner join due
    on scheduled.payee_id = due.payee_id
    and scheduled.plan_id = due.plan_id
    and scheduled.period_id = due.period_id
    and scheduled.part_number = due.part_number
left join runs on due.due_run_number = runs.run_number
