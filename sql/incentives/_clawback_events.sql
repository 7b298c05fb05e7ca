-- One row per event that takes pay back: how much of what, or why it cannot be told.
with events as (
    select clawback_id, payee_id, plan_id, cause, origin_period_id, event_date, period_id, elapsed_count, clawback_amount
    from conformed.clawback_events
),

tiers as (
    select plan_id, cause, from_count, to_count, clawback_rate, of as taken_of, installment_count
    from conformed.plan_clawbacks
),

causes as (
    select plan_id, cause
    from tiers
    group by plan_id, cause
),

plans as (
    select plan_id, earning_code, currency_code, rounding_mode
    from conformed.plan_plans
),

currencies as (
    select currency_code, minor_digit_count
    from conformed.currencies
),

runs as (
    select period_id, run_number
    from incentives._pay_runs
),

earnings as (
    select payee_id, plan_id, period_id, earned_amount
    from incentives.earnings
),

parts as (
    select payee_id, plan_id, period_id, part_amount, due_run_number
    from incentives.payment_parts
),

placed as (
    select
        events.clawback_id, events.payee_id, events.plan_id, events.cause, events.origin_period_id, events.period_id,
        events.event_date, events.elapsed_count, events.clawback_amount as given_amount,
        plans.earning_code, plans.currency_code, plans.rounding_mode,
        coalesce(currencies.minor_digit_count, 2) as minor_digit_count, runs.run_number,
        tiers.taken_of, tiers.clawback_rate, coalesce(tiers.installment_count, 1) as installment_count,
        case when causes.plan_id is null then false else true end as has_rule,
        row_number() over (
            partition by events.payee_id, events.plan_id, events.origin_period_id
            order by runs.run_number, events.event_date, events.clawback_id
        ) as event_number
    from events
    inner join plans on events.plan_id = plans.plan_id
    inner join runs on events.period_id = runs.period_id
    left join currencies on plans.currency_code = currencies.currency_code
    left join causes
        on events.plan_id = causes.plan_id
        and events.cause = causes.cause
    left join tiers
        on events.plan_id = tiers.plan_id
        and events.cause = tiers.cause
        and events.elapsed_count >= tiers.from_count
        and (tiers.to_count is null or events.elapsed_count < tiers.to_count)
),

-- Paid is what was due in the runs before.
paid as (
    select placed.clawback_id, sum(parts.part_amount) as paid_amount
    from placed
    inner join parts
        on placed.payee_id = parts.payee_id
        and placed.plan_id = parts.plan_id
        and placed.origin_period_id = parts.period_id
        and parts.due_run_number < placed.run_number
    group by placed.clawback_id
),

based as (
    select
        placed.clawback_id, placed.payee_id, placed.plan_id, placed.origin_period_id, placed.event_number,
        placed.given_amount, placed.clawback_rate, placed.minor_digit_count, placed.rounding_mode,
        case
            when earnings.payee_id is null then null
            when placed.taken_of = 'paid' then coalesce(paid.paid_amount, 0.0000)
            else earnings.earned_amount
        end as base_amount
    from placed
    left join earnings
        on placed.payee_id = earnings.payee_id
        and placed.plan_id = earnings.plan_id
        and placed.origin_period_id = earnings.period_id
    left join paid on placed.clawback_id = paid.clawback_id
),

-- What is left to take falls with every event of the same origin; amounts that are given count as they are.
taken_0 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount,
        case when given_amount is null then 0.0000 else given_amount end as taken_amount,
        0.0000 as taken_before_amount
    from based
),

before_1 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount, taken_amount,
        coalesce(
            sum(taken_amount) over (
                partition by payee_id, plan_id, origin_period_id
                order by event_number
                rows between unbounded preceding and 1 preceding
            ),
            0.0000
        ) as taken_before_amount
    from taken_0
),

taken_1 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount,
        case
            when event_number = 1 and given_amount is null
                then round_money(
                    times(greatest(base_amount - taken_before_amount, 0.0000), clawback_rate), minor_digit_count,
                    rounding_mode
                )
            else taken_amount
        end as taken_amount,
        taken_before_amount
    from before_1
),

before_2 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount, taken_amount,
        coalesce(
            sum(taken_amount) over (
                partition by payee_id, plan_id, origin_period_id
                order by event_number
                rows between unbounded preceding and 1 preceding
            ),
            0.0000
        ) as taken_before_amount
    from taken_1
),

taken_2 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount,
        case
            when event_number = 2 and given_amount is null
                then round_money(
                    times(greatest(base_amount - taken_before_amount, 0.0000), clawback_rate), minor_digit_count,
                    rounding_mode
                )
            else taken_amount
        end as taken_amount,
        taken_before_amount
    from before_2
),

before_3 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount, taken_amount,
        coalesce(
            sum(taken_amount) over (
                partition by payee_id, plan_id, origin_period_id
                order by event_number
                rows between unbounded preceding and 1 preceding
            ),
            0.0000
        ) as taken_before_amount
    from taken_2
),

taken_3 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount,
        case
            when event_number = 3 and given_amount is null
                then round_money(
                    times(greatest(base_amount - taken_before_amount, 0.0000), clawback_rate), minor_digit_count,
                    rounding_mode
                )
            else taken_amount
        end as taken_amount,
        taken_before_amount
    from before_3
),

before_4 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount, taken_amount,
        coalesce(
            sum(taken_amount) over (
                partition by payee_id, plan_id, origin_period_id
                order by event_number
                rows between unbounded preceding and 1 preceding
            ),
            0.0000
        ) as taken_before_amount
    from taken_3
),

taken_4 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount,
        case
            when event_number = 4 and given_amount is null
                then round_money(
                    times(greatest(base_amount - taken_before_amount, 0.0000), clawback_rate), minor_digit_count,
                    rounding_mode
                )
            else taken_amount
        end as taken_amount,
        taken_before_amount
    from before_4
),

before_5 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount, taken_amount,
        coalesce(
            sum(taken_amount) over (
                partition by payee_id, plan_id, origin_period_id
                order by event_number
                rows between unbounded preceding and 1 preceding
            ),
            0.0000
        ) as taken_before_amount
    from taken_4
),

taken_5 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount,
        case
            when event_number = 5 and given_amount is null
                then round_money(
                    times(greatest(base_amount - taken_before_amount, 0.0000), clawback_rate), minor_digit_count,
                    rounding_mode
                )
            else taken_amount
        end as taken_amount,
        taken_before_amount
    from before_5
),

before_6 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount, taken_amount,
        coalesce(
            sum(taken_amount) over (
                partition by payee_id, plan_id, origin_period_id
                order by event_number
                rows between unbounded preceding and 1 preceding
            ),
            0.0000
        ) as taken_before_amount
    from taken_5
),

taken_6 as (
    select
        clawback_id, payee_id, plan_id, origin_period_id, event_number, given_amount, clawback_rate,
        minor_digit_count, rounding_mode, base_amount,
        case
            when event_number = 6 and given_amount is null
                then round_money(
                    times(greatest(base_amount - taken_before_amount, 0.0000), clawback_rate), minor_digit_count,
                    rounding_mode
                )
            else taken_amount
        end as taken_amount,
        taken_before_amount
    from before_6
)

select
    placed.clawback_id,
    placed.payee_id,
    placed.plan_id,
    placed.cause,
    placed.origin_period_id,
    placed.period_id,
    placed.earning_code,
    placed.currency_code,
    coalesce(placed.taken_of, 'given') as taken_of,
    cast(taken_6.base_amount as decimal(19, 4)) as base_amount,
    cast(taken_6.taken_before_amount as decimal(19, 4)) as taken_before_amount,
    placed.clawback_rate,
    cast(
        case
            when placed.given_amount is not null then placed.given_amount
            when taken_6.base_amount is null or placed.clawback_rate is null or placed.event_number > 6 then 0.0000
            else taken_6.taken_amount
        end as decimal(19, 4)
    ) as clawback_amount,
    placed.installment_count,
    placed.minor_digit_count,
    case
        when placed.given_amount is not null then null
        when not placed.has_rule then 'clawback_without_rule'
        when placed.clawback_rate is null then null
        when taken_6.base_amount is null then 'clawback_of_nothing'
        when placed.event_number > 6 then 'too_many_clawbacks'
        else null
    end as exception_kind
from placed
inner join taken_6 on placed.clawback_id = taken_6.clawback_id
