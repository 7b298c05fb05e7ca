-- One row per payee, draw of a plan and period in which it is in force or has a balance that moves.
with levels as (
    select
        payee_id, plan_id, draw_id, period_id, draw_kind, earning_code, currency_code, draw_amount, minor_digit_count,
        rounding_mode, recovery_from_date, recovery_rate, recovery_limit_amount
    from incentives._draw_levels
),

earnings as (
    select payee_id, earning_code, currency_code, period_id, earned_amount
    from incentives.earnings
),

parts as (
    select payee_id, earning_code, currency_code, due_period_id, part_amount
    from incentives.payment_parts
),

runs as (
    select period_id, run_number, to_date
    from incentives._pay_runs
),

begun_runs as (
    select period_id
    from incentives._begun_runs
),

plan_draws as (
    select plan_id, draw_id, draw_kind
    from conformed.plan_draws
),

plans as (
    select plan_id, earning_code, currency_code
    from conformed.plan_plans
),

earned as (
    select payee_id, earning_code, currency_code, period_id, sum(earned_amount) as earned_amount
    from earnings
    group by payee_id, earning_code, currency_code, period_id
),

-- What of the earnings is due in the run, whenever it was earned.
due as (
    select parts.payee_id, parts.earning_code, parts.currency_code, begun_runs.period_id,
        sum(parts.part_amount) as due_amount
    from parts
    inner join begun_runs on parts.due_period_id = begun_runs.period_id
    group by parts.payee_id, parts.earning_code, parts.currency_code, begun_runs.period_id
),

-- Every draw tops up what the ones before it left: guarantees, then what is never recovered, then what is.
ordered as (
    select
        levels.payee_id, levels.plan_id, levels.draw_id, levels.period_id, levels.earning_code, levels.currency_code,
        levels.draw_amount, coalesce(earned.earned_amount, 0.0000) as earned_amount,
        row_number() over (
            partition by levels.payee_id, levels.earning_code, levels.currency_code, levels.period_id
            order by
                case levels.draw_kind when 'guarantee' then 1 when 'non_recoverable' then 2 else 3 end,
                levels.plan_id, levels.draw_id
        ) as place
    from levels
    left join earned
        on levels.payee_id = earned.payee_id
        and levels.earning_code = earned.earning_code
        and levels.currency_code = earned.currency_code
        and levels.period_id = earned.period_id
),

reached as (
    select
        payee_id, plan_id, draw_id, period_id, draw_amount, earned_amount,
        max(draw_amount) over (
            partition by payee_id, earning_code, currency_code, period_id
            order by place
            rows between unbounded preceding and 1 preceding
        ) as draw_before_amount
    from ordered
),

topped_up as (
    select
        payee_id, plan_id, draw_id, period_id, earned_amount, draw_amount,
        greatest(earned_amount, coalesce(draw_before_amount, earned_amount)) as covered_amount,
        greatest(
            coalesce(draw_amount, earned_amount) - greatest(earned_amount, coalesce(draw_before_amount, earned_amount)),
            0.0000
        ) as top_up_amount
    from reached
),

most as (
    select payee_id, earning_code, currency_code, period_id, max(draw_amount) as most_amount
    from levels
    group by payee_id, earning_code, currency_code, period_id
),

-- The draws a payee has had, each recovered from its day on out of what is due under the same earning code; one of which
-- nothing was ever drawn takes no part of it.
advances as (
    select
        levels.payee_id, levels.plan_id, levels.draw_id, levels.earning_code, levels.currency_code, levels.rounding_mode,
        levels.minor_digit_count, levels.recovery_from_date, levels.recovery_rate, levels.recovery_limit_amount,
        min(runs.run_number) as first_run_number
    from levels
    inner join runs on levels.period_id = runs.period_id
    inner join topped_up
        on levels.payee_id = topped_up.payee_id
        and levels.plan_id = topped_up.plan_id
        and levels.draw_id = topped_up.draw_id
        and levels.period_id = topped_up.period_id
    where levels.draw_kind = 'recoverable' and topped_up.top_up_amount > 0.0
    group by
        levels.payee_id, levels.plan_id, levels.draw_id, levels.earning_code, levels.currency_code, levels.rounding_mode,
        levels.minor_digit_count, levels.recovery_from_date, levels.recovery_rate, levels.recovery_limit_amount
),

-- While a draw is in force, pay never falls below it.
recovering as (
    select
        advances.payee_id, advances.plan_id, advances.draw_id, due.period_id, advances.earning_code,
        advances.currency_code, advances.rounding_mode, advances.minor_digit_count, advances.recovery_limit_amount,
        advances.recovery_rate, runs.run_number,
        due.due_amount, coalesce(most.most_amount, 0.0000) as in_force_amount,
        greatest(due.due_amount - coalesce(most.most_amount, 0.0000), 0.0000) as above_amount,
        sum(advances.recovery_rate) over (
            partition by advances.payee_id, advances.earning_code, advances.currency_code, due.period_id
            order by advances.plan_id, advances.draw_id
            rows between unbounded preceding and current row
        ) as rate_with
    from advances
    inner join due
        on advances.payee_id = due.payee_id
        and advances.earning_code = due.earning_code
        and advances.currency_code = due.currency_code
    inner join runs on due.period_id = runs.period_id
    left join most
        on advances.payee_id = most.payee_id
        and advances.earning_code = most.earning_code
        and advances.currency_code = most.currency_code
        and due.period_id = most.period_id
    where runs.run_number >= advances.first_run_number and runs.to_date > advances.recovery_from_date
),

-- Several draws share what is there: rates are added up to at most 1, and the rounded sums are taken apart again.
recoverable as (
    select
        payee_id, plan_id, draw_id, period_id, due_amount, in_force_amount, recovery_limit_amount,
        least(rate_with, 1.000000) as rate_with, least(rate_with - recovery_rate, 1.000000) as rate_before,
        least(
            round_money(times(above_amount, least(rate_with, 1.000000)), minor_digit_count, rounding_mode)
            - round_money(
                times(above_amount, least(rate_with - recovery_rate, 1.000000)), minor_digit_count, rounding_mode
            ),
            coalesce(recovery_limit_amount, above_amount)
        ) as recoverable_amount
    from recovering
),

moves as (
    select payee_id, plan_id, draw_id, period_id, top_up_amount as change_amount, top_up_amount, 0.0000 as recoverable_amount
    from topped_up
    union all
    select payee_id, plan_id, draw_id, period_id, 0.0000 - recoverable_amount as change_amount, 0.0000 as top_up_amount,
        recoverable_amount
    from recoverable
),

moved as (
    select
        payee_id, plan_id, draw_id, period_id,
        sum(change_amount) as change_amount,
        sum(top_up_amount) as top_up_amount,
        sum(recoverable_amount) as recoverable_amount
    from moves
    group by payee_id, plan_id, draw_id, period_id
),

-- balance = max(0, balance before + top-up - what may be recovered), folded over the runs; only of what is recovered.
followed as (
    select
        moved.payee_id, moved.plan_id, moved.draw_id, moved.period_id, runs.run_number, moved.top_up_amount,
        moved.recoverable_amount, plan_draws.draw_kind, plans.earning_code, plans.currency_code,
        sum(case when plan_draws.draw_kind = 'recoverable' then moved.change_amount else 0.0000 end) over (
            partition by moved.payee_id, moved.plan_id, moved.draw_id
            order by runs.run_number
            rows between unbounded preceding and current row
        ) as sum_amount
    from moved
    inner join runs on moved.period_id = runs.period_id
    inner join plan_draws
        on moved.plan_id = plan_draws.plan_id
        and moved.draw_id = plan_draws.draw_id
    inner join plans on moved.plan_id = plans.plan_id
),

balanced as (
    select
        payee_id, plan_id, draw_id, period_id, run_number, top_up_amount, recoverable_amount, draw_kind, earning_code,
        currency_code,
        sum_amount - least(
            min(sum_amount) over (
                partition by payee_id, plan_id, draw_id
                order by run_number
                rows between unbounded preceding and current row
            ),
            0.0000
        ) as owed_amount
    from followed
),

carried as (
    select
        payee_id, plan_id, draw_id, period_id, top_up_amount, recoverable_amount, draw_kind, earning_code, currency_code,
        owed_amount,
        coalesce(
            lag(owed_amount) over (partition by payee_id, plan_id, draw_id order by run_number), 0.0000
        ) as owed_before_amount
    from balanced
)

select
    carried.payee_id,
    carried.plan_id,
    carried.draw_id,
    carried.period_id,
    carried.draw_kind,
    carried.earning_code,
    carried.currency_code,
    cast(coalesce(earned.earned_amount, 0.0000) as decimal(19, 4)) as earned_amount,
    topped_up.draw_amount,
    cast(carried.top_up_amount as decimal(19, 4)) as top_up_amount,
    cast(carried.recoverable_amount as decimal(19, 4)) as recoverable_amount,
    cast(
        case
            when carried.draw_kind = 'recoverable'
                then carried.owed_before_amount + carried.top_up_amount - carried.owed_amount
            else 0.0000
        end as decimal(19, 4)
    ) as recovered_amount,
    cast(0.0000 - carried.owed_before_amount as decimal(19, 4)) as opening_balance_amount,
    cast(0.0000 - carried.owed_amount as decimal(19, 4)) as closing_balance_amount,
    cast(topped_up.covered_amount as decimal(19, 4)) as covered_amount,
    cast(recoverable.due_amount as decimal(19, 4)) as due_amount,
    cast(recoverable.in_force_amount as decimal(19, 4)) as in_force_amount,
    cast(recoverable.rate_with as decimal(18, 6)) as rate_with,
    cast(recoverable.rate_before as decimal(18, 6)) as rate_before,
    recoverable.recovery_limit_amount
from carried
left join topped_up
    on carried.payee_id = topped_up.payee_id
    and carried.plan_id = topped_up.plan_id
    and carried.draw_id = topped_up.draw_id
    and carried.period_id = topped_up.period_id
left join recoverable
    on carried.payee_id = recoverable.payee_id
    and carried.plan_id = recoverable.plan_id
    and carried.draw_id = recoverable.draw_id
    and carried.period_id = recoverable.period_id
left join earned
    on carried.payee_id = earned.payee_id
    and carried.earning_code = earned.earning_code
    and carried.currency_code = earned.currency_code
    and carried.period_id = earned.period_id
where topped_up.draw_id is not null or carried.owed_before_amount <> 0.0
