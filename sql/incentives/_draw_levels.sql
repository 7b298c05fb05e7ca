-- One row per payee, draw of a plan and period in which it is in force: what it comes to.
with eligibility as (
    select
        plan_id, position_id, payee_id, period_id, eligible_incentive_amount, held_incentive_amount,
        lacks_target_incentive
    from attainment.eligibility
    where window_kind = 'period'
),

plans as (
    select plan_id, earning_code, currency_code, pay_proration, rounding_mode
    from conformed.plan_plans
),

plan_draws as (
    select
        plan_id, draw_id, draw_kind, draw_amount, draw_rate, from_date, to_date, draw_proration, recovery_from_date,
        recovery_rate, recovery_limit_amount
    from conformed.plan_draws
),

currencies as (
    select currency_code, minor_digit_count
    from conformed.currencies
),

periods as (
    select period_id, from_date, to_date, day_count, working_day_count
    from conformed.periods
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

days as (
    select day_date, period_id, is_working_day
    from conformed.days
),

occupancies as (
    select position_id, payee_id, from_date, to_date
    from conformed.occupancies
),

plan_leaves as (
    select plan_id, leave_kind
    from conformed.plan_leaves
),

leaves as (
    select payee_id, from_date, to_date, leave_kind
    from conformed.leaves
),

seats as (
    select
        eligibility.plan_id, eligibility.position_id, eligibility.payee_id, eligibility.period_id,
        eligibility.eligible_incentive_amount, eligibility.held_incentive_amount, eligibility.lacks_target_incentive,
        plan_draws.draw_id, plan_draws.from_date, plan_draws.to_date, plan_draws.draw_proration, plan_draws.draw_rate,
        periods.day_count, periods.working_day_count
    from eligibility
    inner join plan_draws on eligibility.plan_id = plan_draws.plan_id
    inner join periods on eligibility.period_id = periods.period_id
    -- By days it holds on its days; otherwise in the periods whose last day lies in it.
    where plan_draws.to_date >= periods.to_date and plan_draws.from_date < periods.to_date
        or plan_draws.draw_proration <> 'none'
            and plan_draws.from_date < periods.to_date
            and plan_draws.to_date > periods.from_date
),

drawing_payees as (
    select payee_id
    from seats
    where draw_proration <> 'none'
    group by payee_id
),

-- Where leaves overlap, the one that began last counts.
leave_dates as (
    select
        leaves.payee_id, days.day_date, leaves.leave_kind,
        row_number() over (partition by leaves.payee_id, days.day_date order by leaves.from_date desc) as number_from_last
    from drawing_payees
    inner join leaves on drawing_payees.payee_id = leaves.payee_id
    inner join days
        on days.day_date >= leaves.from_date
        and days.day_date < leaves.to_date
),

days_away as (
    select plan_leaves.plan_id, leave_dates.payee_id, leave_dates.day_date
    from leave_dates
    inner join plan_leaves on leave_dates.leave_kind = plan_leaves.leave_kind
    where leave_dates.number_from_last = 1
),

-- A draw is the payee's, whatever positions he holds: a day counts once, and none of those on leave.
held_days as (
    select
        seats.plan_id, seats.draw_id, seats.payee_id, seats.period_id, days.day_date, days.is_working_day,
        case when days.day_date >= seats.from_date and days.day_date < seats.to_date then 1 else 0 end as is_in_force
    from seats
    inner join windows on seats.period_id = windows.period_id
    inner join days on windows.base_period_id = days.period_id
    inner join occupancies
        on seats.position_id = occupancies.position_id
        and seats.payee_id = occupancies.payee_id
        and days.day_date >= occupancies.from_date
        and days.day_date < occupancies.to_date
    left join days_away
        on seats.plan_id = days_away.plan_id
        and seats.payee_id = days_away.payee_id
        and days.day_date = days_away.day_date
    where seats.draw_proration <> 'none' and days_away.day_date is null
    group by
        seats.plan_id, seats.draw_id, seats.payee_id, seats.period_id, days.day_date, days.is_working_day,
        seats.from_date, seats.to_date
),

counted_days as (
    select
        plan_id, draw_id, payee_id, period_id,
        count(day_date) as held_day_count,
        sum(case when is_working_day then 1 else 0 end) as held_working_day_count,
        sum(is_in_force) as draw_day_count,
        sum(case when is_working_day then is_in_force else 0 end) as draw_working_day_count
    from held_days
    group by plan_id, draw_id, payee_id, period_id
),

payees as (
    select
        plan_id, draw_id, payee_id, period_id, day_count, working_day_count, draw_rate,
        sum(eligible_incentive_amount) as eligible_incentive_amount,
        sum(held_incentive_amount) as held_incentive_amount,
        max(case when lacks_target_incentive then 1 else 0 end) as lacks_target_incentive
    from seats
    group by plan_id, draw_id, payee_id, period_id, day_count, working_day_count, draw_rate
),

-- A part of the target incentive by days: what is paid at 100 % on each day held, over the days held, times the draw's days.
priced as (
    select
        payees.plan_id, payees.draw_id, payees.payee_id, payees.period_id, payees.lacks_target_incentive,
        plan_draws.draw_kind, plans.earning_code, plans.currency_code, plans.rounding_mode, plan_draws.draw_rate,
        plan_draws.recovery_from_date, plan_draws.recovery_rate, plan_draws.recovery_limit_amount,
        coalesce(currencies.minor_digit_count, 2) as minor_digit_count,
        coalesce(
            case
                when plan_draws.draw_proration = 'by_working_days' then counted_days.draw_working_day_count
                else counted_days.draw_day_count
            end,
            0
        ) as draw_day_count,
        case
            when plan_draws.draw_proration = 'by_working_days' then payees.working_day_count
            else payees.day_count
        end as period_day_count,
        case
            when plans.pay_proration = 'by_working_days' then counted_days.held_working_day_count
            else counted_days.held_day_count
        end as held_day_count,
        plan_draws.draw_proration, plan_draws.draw_amount, payees.eligible_incentive_amount,
        payees.held_incentive_amount
    from payees
    inner join plans on payees.plan_id = plans.plan_id
    inner join plan_draws
        on payees.plan_id = plan_draws.plan_id
        and payees.draw_id = plan_draws.draw_id
    left join counted_days
        on payees.plan_id = counted_days.plan_id
        and payees.draw_id = counted_days.draw_id
        and payees.payee_id = counted_days.payee_id
        and payees.period_id = counted_days.period_id
    left join currencies on plans.currency_code = currencies.currency_code
),

exact as (
    select
        plan_id, draw_id, payee_id, period_id, draw_kind, earning_code, currency_code, rounding_mode,
        minor_digit_count, recovery_from_date, recovery_rate, recovery_limit_amount, draw_proration, draw_day_count,
        draw_rate,
        case
            when draw_rate is null then cast(draw_amount as decimal(38, 10))
            when draw_proration = 'none' then cast(eligible_incentive_amount as decimal(38, 10))
            else cast(held_incentive_amount as decimal(38, 10))
        end as base_amount,
        case
            when draw_proration = 'none' then null
            when draw_rate is null then period_day_count
            else held_day_count * period_day_count
        end as divisor_day_count,
        case when draw_rate is not null and lacks_target_incentive = 1 then true else false end as lacks_target_incentive,
        case
            when draw_proration = 'none' and draw_rate is not null then times(eligible_incentive_amount, draw_rate)
            when draw_proration = 'none' then cast(draw_amount as decimal(38, 10))
            when draw_rate is not null
                then ratio(
                    times(held_incentive_amount, draw_rate) * draw_day_count, held_day_count * period_day_count, 10
                )
            else ratio(draw_amount * draw_day_count, period_day_count, 10)
        end as exact_amount
    from priced
)

select
    payee_id,
    plan_id,
    draw_id,
    period_id,
    draw_kind,
    earning_code,
    currency_code,
    case
        when lacks_target_incentive then null
        else round_money(exact_amount, minor_digit_count, rounding_mode)
    end as draw_amount,
    lacks_target_incentive,
    minor_digit_count,
    rounding_mode,
    recovery_from_date,
    recovery_rate,
    recovery_limit_amount,
    base_amount,
    draw_rate,
    case when draw_proration = 'none' then null else draw_day_count end as draw_day_count,
    divisor_day_count,
    cast(exact_amount as decimal(38, 10)) as exact_amount
from exact
where draw_proration = 'none' or draw_day_count > 0
