-- One row per plan, position, payee and period with pay: what the plan pays, after its own multipliers, cap, floor and rounding.
with plan_sums as (
    select
        plan_id, position_id, payee_id, period_id, plan_version, is_complete, earning_code, currency_code,
        component_count, sum_amount, earned_amount, multiplier_count, multiplied_amount, cap_amount, floor_amount
    from incentives._plan_sums
),

plans as (
    select plan_id, cap_at, cap_excess, cap_span, floor_at, floor_span, rounding_at, rounding_mode, rounding_digits
    from conformed.plan_plans
),

periods as (
    select period_id, from_date, quarter_id, year_id
    from conformed.periods
),

-- The plan's limits hold for the payee, over all seats: of a month's seats one counts after the other. The floor's span ends
-- the way of the amount; without a floor, the cap's.
placed as (
    select
        plan_sums.plan_id, plan_sums.position_id, plan_sums.payee_id, plan_sums.period_id, plan_sums.multiplied_amount,
        plan_sums.cap_amount, plan_sums.floor_amount, plans.cap_excess, plans.rounding_mode, plans.rounding_digits,
        periods.from_date,
        case
            when plans.cap_span = 'quarter_to_date' then periods.quarter_id
            when plans.cap_span = 'year_to_date' then periods.year_id
            else plan_sums.period_id
        end as cap_window_id,
        coalesce(plans.floor_span, plans.cap_span, 'period') as span_kind,
        case
            when coalesce(plans.floor_span, plans.cap_span) = 'quarter_to_date' then periods.quarter_id
            when coalesce(plans.floor_span, plans.cap_span) = 'year_to_date' then periods.year_id
            else plan_sums.period_id
        end as window_id
    from plan_sums
    inner join plans on plan_sums.plan_id = plans.plan_id
    inner join periods on plan_sums.period_id = periods.period_id
),

added as (
    select
        plan_id, position_id, payee_id, period_id, cap_amount, floor_amount, cap_excess, rounding_mode, rounding_digits,
        from_date, cap_window_id, span_kind, window_id,
        sum(multiplied_amount) over (
            partition by plan_id, payee_id, cap_window_id
            order by from_date, position_id
            rows between unbounded preceding and current row
        ) as whole_amount,
        row_number() over (
            partition by plan_id, payee_id, cap_window_id order by from_date desc, position_id desc
        ) as number_from_last
    from placed
),

-- What a cap defers: the running excess of the spans above its lowest point, as each span's last period leaves it.
running as (
    select
        plan_id, payee_id, cap_window_id, from_date,
        sum(whole_amount - cap_amount) over (
            partition by plan_id, payee_id
            order by from_date
            rows between unbounded preceding and current row
        ) as running_amount
    from added
    where number_from_last = 1 and cap_excess = 'defer'
),

carried as (
    select
        plan_id, payee_id, cap_window_id, from_date,
        running_amount - least(
            min(running_amount) over (
                partition by plan_id, payee_id
                order by from_date
                rows between unbounded preceding and current row
            ),
            0.0000000000
        ) as carried_amount
    from running
),

carried_in as (
    select
        plan_id, payee_id, cap_window_id,
        coalesce(
            lag(carried_amount) over (partition by plan_id, payee_id order by from_date), 0.0000000000
        ) as carried_in_amount
    from carried
),

capped as (
    select
        added.plan_id, added.position_id, added.payee_id, added.period_id, added.cap_amount, added.floor_amount,
        added.cap_excess, added.rounding_mode, added.rounding_digits, added.from_date, added.cap_window_id,
        added.span_kind, added.window_id,
        coalesce(carried_in.carried_in_amount, 0.0000000000) as carried_in_amount,
        added.whole_amount + coalesce(carried_in.carried_in_amount, 0.0000000000) as due_amount,
        case
            when added.whole_amount + coalesce(carried_in.carried_in_amount, 0.0000000000) > added.cap_amount
                then added.cap_amount
            else added.whole_amount + coalesce(carried_in.carried_in_amount, 0.0000000000)
        end as capped_to_date_amount
    from added
    left join carried_in
        on added.plan_id = carried_in.plan_id
        and added.payee_id = carried_in.payee_id
        and added.cap_window_id = carried_in.cap_window_id
),

changed as (
    select
        plan_id, position_id, payee_id, period_id, cap_amount, floor_amount, cap_excess, rounding_mode, rounding_digits,
        from_date, span_kind, window_id, carried_in_amount, due_amount - capped_to_date_amount as cut_to_date_amount,
        lag(due_amount - capped_to_date_amount) over (
            partition by plan_id, payee_id, cap_window_id order by from_date, position_id
        ) as cut_before_amount,
        capped_to_date_amount - coalesce(
            lag(capped_to_date_amount) over (
                partition by plan_id, payee_id, cap_window_id order by from_date, position_id
            ),
            0.0000000000
        ) as capped_amount
    from capped
),

spanned as (
    select
        plan_id, position_id, payee_id, period_id, cap_amount, floor_amount, cap_excess, rounding_mode, rounding_digits,
        from_date, span_kind, window_id, carried_in_amount, cut_to_date_amount, cut_before_amount, capped_amount,
        sum(capped_amount) over (
            partition by plan_id, payee_id, window_id
            order by from_date, position_id
            rows between unbounded preceding and current row
        ) as spanned_amount
    from changed
),

-- A floor lifts what lies between zero and it; a sum below zero it leaves as it is.
floored as (
    select
        plan_id, position_id, payee_id, period_id, cap_amount, floor_amount, cap_excess, rounding_mode, rounding_digits,
        from_date, span_kind, window_id, carried_in_amount, cut_to_date_amount, cut_before_amount, capped_amount,
        spanned_amount,
        case
            when spanned_amount >= 0.0 and spanned_amount < floor_amount then floor_amount
            else spanned_amount
        end as floored_amount
    from spanned
),

rounded as (
    select
        plan_id, position_id, payee_id, period_id, cap_amount, floor_amount, cap_excess, rounding_mode, rounding_digits,
        from_date, span_kind, window_id, carried_in_amount, cut_to_date_amount, cut_before_amount, capped_amount,
        spanned_amount, floored_amount, round_money(floored_amount, rounding_digits, rounding_mode) as state_amount
    from floored
),

followed as (
    select
        plan_id, position_id, payee_id, period_id, cap_amount, floor_amount, cap_excess, rounding_mode, rounding_digits,
        span_kind, capped_amount, spanned_amount, floored_amount, state_amount,
        coalesce(
            lag(state_amount) over (partition by plan_id, payee_id, window_id order by from_date, position_id), 0.0000
        ) as state_before_amount,
        case when cap_excess = 'defer' then coalesce(cut_before_amount, carried_in_amount) else 0.0000000000 end
            as deferred_before_amount,
        case when cap_excess = 'defer' then cut_to_date_amount else 0.0000000000 end as deferred_after_amount,
        case
            when cap_excess = 'defer' then 0.0000000000
            else cut_to_date_amount - coalesce(cut_before_amount, 0.0000000000)
        end as lost_to_cap_amount
    from rounded
)

select
    plan_sums.plan_id,
    plan_sums.position_id,
    plan_sums.payee_id,
    plan_sums.period_id,
    plan_sums.plan_version,
    plan_sums.is_complete,
    plan_sums.earning_code,
    plan_sums.currency_code,
    plan_sums.component_count,
    plan_sums.sum_amount,
    plan_sums.multiplier_count,
    plan_sums.multiplied_amount,
    followed.span_kind,
    followed.cap_amount,
    followed.cap_excess,
    cast(followed.capped_amount as decimal(38, 10)) as capped_amount,
    cast(followed.lost_to_cap_amount as decimal(38, 10)) as lost_to_cap_amount,
    cast(followed.spanned_amount as decimal(38, 10)) as spanned_amount,
    followed.floor_amount,
    cast(followed.floored_amount as decimal(38, 10)) as floored_amount,
    followed.rounding_mode,
    followed.rounding_digits,
    followed.state_amount,
    followed.state_before_amount,
    round_money(followed.deferred_before_amount, followed.rounding_digits, followed.rounding_mode)
        as deferred_before_amount,
    round_money(followed.deferred_after_amount, followed.rounding_digits, followed.rounding_mode)
        as deferred_after_amount,
    plan_sums.earned_amount,
    cast(followed.state_amount - followed.state_before_amount as decimal(19, 4)) as total_amount,
    cast(followed.state_amount - followed.state_before_amount - plan_sums.earned_amount as decimal(19, 4))
        as adjustment_amount
from plan_sums
inner join followed
    on plan_sums.plan_id = followed.plan_id
    and plan_sums.position_id = followed.position_id
    and plan_sums.payee_id = followed.payee_id
    and plan_sums.period_id = followed.period_id
