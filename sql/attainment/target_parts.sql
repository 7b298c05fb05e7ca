-- One row per plan, component, position, payee, period, window and period that it needs a target for: what is stated, and the part of it that counts.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id, target_part_rate, target_day_count
    from attainment._seat_periods
),

targeted_components as (
    select
        plan_id, component_id, target_source, target_set_id, target_amount, product_scope_kind, product_scope_key,
        measure_unit, formula, coalesce(target_span, 'period') as target_span
    from conformed.plan_components
    where target_source = 'set' or target_source = 'amount'
),

attainment_terms as (
    select plan_id, component_id
    from conformed.plan_terms
    where other_axis = 'attainment'
    group by plan_id, component_id
),

-- A measure that divides, or adds up attainments, is a rate.
components as (
    select
        targeted_components.plan_id, targeted_components.component_id, targeted_components.target_source,
        targeted_components.target_set_id, targeted_components.target_amount, targeted_components.product_scope_kind,
        targeted_components.product_scope_key, targeted_components.measure_unit, targeted_components.target_span,
        case
            when strpos(targeted_components.formula, '/') > 0 or attainment_terms.plan_id is not null then true
            else false
        end as is_rate,
        case
            when strpos(targeted_components.formula, '/') > 0 or attainment_terms.plan_id is not null then true
            when targeted_components.target_span = 'window' then true
            else false
        end as is_of_last_part
    from targeted_components
    left join attainment_terms
        on targeted_components.plan_id = attainment_terms.plan_id
        and targeted_components.component_id = attainment_terms.component_id
),

overrides as (
    select plan_id, component_id, position_id, payee_id, period_id, target_level, target_amount
    from attainment._target_overrides
),

ramps as (
    select plan_id, component_id, position_id, payee_id, period_id, ramp_rate
    from attainment._ramps
),

plans as (
    select plan_id, target_proration, credit_basis
    from conformed.plan_plans
),

targets as (
    select target_set_id, position_id, product_scope_kind, product_scope_key, measure_unit, period_id, target_amount
    from conformed.targets
),

counted_parts as (
    select plan_id, position_id, payee_id, period_id, window_kind, part_period_id, day_count, working_day_count
    from attainment.counted_parts
),

occupancy as (
    select position_id, payee_id, period_id, held_day_count, held_working_day_count
    from attainment.occupancy
),

plan_leaves as (
    select plan_id, leave_kind
    from conformed.plan_leaves
),

leave_days as (
    select position_id, payee_id, period_id, leave_kind, leave_day_count, leave_working_day_count
    from attainment._leave_days
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

periods as (
    select period_id, from_date, quarter_id, year_id
    from conformed.periods
),

-- Whose part of the target goes by days: payees, and a vacant seat whose own days are measured.
by_days as (
    select
        counted_parts.plan_id, counted_parts.position_id, counted_parts.payee_id, counted_parts.period_id,
        counted_parts.window_kind, counted_parts.part_period_id, counted_parts.day_count,
        counted_parts.working_day_count, plans.target_proration,
        case
            when plans.target_proration = 'none' then false
            when counted_parts.payee_id = '' and plans.credit_basis = 'position' then false
            else true
        end as is_by_days
    from counted_parts
    inner join plans on counted_parts.plan_id = plans.plan_id
),

-- A rolling window reaches back before its plan, where the days held are those of the roster.
rolling_parts as (
    select plan_id, position_id, payee_id, part_period_id, target_proration, day_count, working_day_count
    from by_days
    where is_by_days and payee_id <> '' and strpos(window_kind, 'rolling_') = 1
    group by plan_id, position_id, payee_id, part_period_id, target_proration, day_count, working_day_count
),

rolling_days as (
    select
        rolling_parts.plan_id, rolling_parts.position_id, rolling_parts.payee_id, rolling_parts.part_period_id,
        occupancy.held_day_count as day_count, occupancy.held_working_day_count as working_day_count
    from rolling_parts
    inner join windows on rolling_parts.part_period_id = windows.period_id
    inner join occupancy
        on rolling_parts.position_id = occupancy.position_id
        and rolling_parts.payee_id = occupancy.payee_id
        and windows.base_period_id = occupancy.period_id
    union all
    select
        rolling_parts.plan_id, rolling_parts.position_id, rolling_parts.payee_id, rolling_parts.part_period_id,
        0 - leave_days.leave_day_count as day_count, 0 - leave_days.leave_working_day_count as working_day_count
    from rolling_parts
    inner join plan_leaves on rolling_parts.plan_id = plan_leaves.plan_id
    inner join windows on rolling_parts.part_period_id = windows.period_id
    inner join leave_days
        on rolling_parts.position_id = leave_days.position_id
        and rolling_parts.payee_id = leave_days.payee_id
        and plan_leaves.leave_kind = leave_days.leave_kind
        and windows.base_period_id = leave_days.period_id
),

rolling_held as (
    select plan_id, position_id, payee_id, part_period_id, sum(day_count) as day_count, sum(working_day_count) as working_day_count
    from rolling_days
    group by plan_id, position_id, payee_id, part_period_id
),

rolling_rates as (
    select
        rolling_parts.plan_id, rolling_parts.position_id, rolling_parts.payee_id, rolling_parts.part_period_id,
        case
            when rolling_parts.target_proration = 'by_working_days'
                then ratio(rolling_held.working_day_count, rolling_parts.working_day_count, 10)
            else ratio(rolling_held.day_count, rolling_parts.day_count, 10)
        end as target_part_rate,
        case
            when rolling_parts.target_proration = 'by_working_days' then rolling_held.working_day_count
            else rolling_held.day_count
        end as target_day_count
    from rolling_parts
    inner join rolling_held
        on rolling_parts.plan_id = rolling_held.plan_id
        and rolling_parts.position_id = rolling_held.position_id
        and rolling_parts.payee_id = rolling_held.payee_id
        and rolling_parts.part_period_id = rolling_held.part_period_id
),

-- The periods that a window needs a target for: those that count, and, where the target goes by days, the payee held. The
-- target of a rate is that of the period alone, whatever the window, and no days shorten it; so is that of a window.
needed_parts as (
    select
        by_days.plan_id, components.component_id, by_days.position_id, by_days.payee_id, by_days.period_id,
        by_days.window_kind, by_days.part_period_id, components.target_source, components.target_set_id,
        components.target_amount as plan_amount, components.product_scope_kind, components.product_scope_key,
        components.measure_unit, components.target_span,
        case
            when by_days.is_by_days and not components.is_rate
                then coalesce(held.target_part_rate, rolling_rates.target_part_rate)
            else 1.0000000000
        end as target_part_rate,
        case
            when by_days.is_by_days and not components.is_rate
                then coalesce(held.target_day_count, rolling_rates.target_day_count)
            else null
        end as target_day_count,
        case
            when by_days.target_proration = 'by_working_days' then by_days.working_day_count
            else by_days.day_count
        end as period_day_count
    from by_days
    inner join components on by_days.plan_id = components.plan_id
    left join seat_periods as held
        on by_days.plan_id = held.plan_id
        and by_days.position_id = held.position_id
        and by_days.payee_id = held.payee_id
        and by_days.part_period_id = held.period_id
    left join rolling_rates
        on strpos(by_days.window_kind, 'rolling_') = 1
        and by_days.plan_id = rolling_rates.plan_id
        and by_days.position_id = rolling_rates.position_id
        and by_days.payee_id = rolling_rates.payee_id
        and by_days.part_period_id = rolling_rates.part_period_id
    where (not components.is_of_last_part or by_days.part_period_id = by_days.period_id)
        and (components.is_rate or not by_days.is_by_days or held.target_part_rate is not null
            or rolling_rates.target_part_rate is not null)
),

-- The figure of a quarter or year stands for all of its periods, and counts once, in the last of them that a window adds up.
spanned as (
    select
        needed_parts.plan_id, needed_parts.component_id, needed_parts.position_id, needed_parts.payee_id,
        needed_parts.period_id, needed_parts.window_kind, needed_parts.part_period_id, needed_parts.target_source,
        needed_parts.target_set_id, needed_parts.plan_amount, needed_parts.product_scope_kind,
        needed_parts.product_scope_key, needed_parts.measure_unit, needed_parts.target_part_rate,
        needed_parts.target_day_count, needed_parts.period_day_count, periods.from_date,
        case when needed_parts.target_span = 'quarter' then periods.quarter_id else periods.year_id end as span_id
    from needed_parts
    inner join periods on needed_parts.part_period_id = periods.period_id
    where needed_parts.target_span = 'quarter' or needed_parts.target_span = 'year'
),

placed as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, part_period_id, target_source,
        target_set_id, plan_amount, product_scope_kind, product_scope_key, measure_unit, target_part_rate,
        target_day_count, period_day_count, span_id,
        row_number() over (
            partition by plan_id, component_id, position_id, payee_id, period_id, window_kind, span_id
            order by from_date desc
        ) as number_from_last
    from spanned
),

needed as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, part_period_id, target_source,
        target_set_id, plan_amount, product_scope_kind, product_scope_key, measure_unit, target_part_rate,
        target_day_count, period_day_count, part_period_id as span_id
    from needed_parts
    where target_span = 'period' or target_span = 'window'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, part_period_id, target_source,
        target_set_id, plan_amount, product_scope_kind, product_scope_key, measure_unit, target_part_rate,
        target_day_count, period_day_count, span_id
    from placed
    where number_from_last = 1
),

-- A target stated for the seat comes before the plan's or the set's.
found as (
    select
        needed.plan_id, needed.component_id, needed.position_id, needed.payee_id, needed.period_id, needed.window_kind,
        needed.part_period_id, needed.span_id, needed.target_part_rate, needed.target_day_count,
        needed.period_day_count, ramps.ramp_rate, needed.target_source, needed.target_set_id, needed.product_scope_kind,
        needed.product_scope_key, needed.measure_unit,
        coalesce(overrides.target_level, needed.target_source) as target_level,
        cast(
            coalesce(
                overrides.target_amount,
                case when needed.target_source = 'amount' then needed.plan_amount else targets.target_amount end
            ) as decimal(38, 10)
        ) as target_amount
    from needed
    left join overrides
        on needed.plan_id = overrides.plan_id
        and needed.component_id = overrides.component_id
        and needed.position_id = overrides.position_id
        and needed.payee_id = overrides.payee_id
        and needed.period_id = overrides.period_id
    left join ramps
        on needed.plan_id = ramps.plan_id
        and needed.component_id = ramps.component_id
        and needed.position_id = ramps.position_id
        and needed.payee_id = ramps.payee_id
        and needed.part_period_id = ramps.period_id
    left join targets
        on needed.target_source = 'set'
        and needed.target_set_id = targets.target_set_id
        and needed.position_id = targets.position_id
        and needed.product_scope_kind = targets.product_scope_kind
        and needed.product_scope_key = targets.product_scope_key
        and needed.measure_unit = targets.measure_unit
        and needed.span_id = targets.period_id
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    window_kind,
    part_period_id,
    span_id,
    target_level,
    case when target_level = 'set' then target_set_id else '' end as target_set_id,
    case when target_level = 'set' then product_scope_kind else '' end as product_scope_kind,
    case when target_level = 'set' then product_scope_key else '' end as product_scope_key,
    measure_unit,
    target_amount,
    coalesce(ramp_rate, 1.0000000000) as ramp_rate,
    target_day_count,
    case when target_day_count is null then null else period_day_count end as period_day_count,
    target_part_rate,
    times(times(target_amount, coalesce(ramp_rate, 1.0000000000)), target_part_rate) as part_amount
from found
