-- One row per plan, component, position, payee, period and window: the target, unless one of its periods has none.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id, target_part_rate
    from attainment._seat_periods
),

components as (
    select plan_id, component_id, target_set_id, product_scope_kind, product_scope_key, measure_unit
    from conformed.plan_components
    where target_set_id is not null
),

plans as (
    select plan_id, valid_from_date, valid_to_date, target_proration
    from conformed.plan_plans
),

targets as (
    select target_set_id, position_id, product_scope_kind, product_scope_key, measure_unit, period_id, target_amount
    from conformed.targets
),

parts as (
    select period_id, window_kind, part_period_id
    from attainment._parts
),

periods as (
    select period_id, to_date
    from conformed.periods
),

-- The periods that a window needs a target for: those the plan covers, and, where the target goes by days, the payee held.
needed as (
    select
        seat_periods.plan_id, components.component_id, seat_periods.position_id, seat_periods.payee_id,
        seat_periods.period_id, parts.window_kind, parts.part_period_id, components.target_set_id,
        components.product_scope_kind, components.product_scope_key, components.measure_unit,
        case
            when plans.target_proration = 'none' or seat_periods.payee_id = '' then 1.0000000000
            else held.target_part_rate
        end as target_part_rate
    from seat_periods
    inner join components on seat_periods.plan_id = components.plan_id
    inner join plans on seat_periods.plan_id = plans.plan_id
    inner join parts on seat_periods.period_id = parts.period_id
    inner join periods
        on parts.part_period_id = periods.period_id
        and periods.to_date > plans.valid_from_date
        and periods.to_date <= plans.valid_to_date
    left join seat_periods as held
        on seat_periods.plan_id = held.plan_id
        and seat_periods.position_id = held.position_id
        and seat_periods.payee_id = held.payee_id
        and parts.part_period_id = held.period_id
    where plans.target_proration = 'none' or seat_periods.payee_id = '' or held.target_part_rate is not null
)

select
    needed.plan_id,
    needed.component_id,
    needed.position_id,
    needed.payee_id,
    needed.period_id,
    needed.window_kind,
    case
        when count(targets.target_amount) = count(needed.part_period_id)
            then sum(times(targets.target_amount, needed.target_part_rate))
        else null
    end as target_amount,
    min(case when targets.target_amount is null then needed.part_period_id else null end) as first_missing_period_id
from needed
left join targets
    on needed.target_set_id = targets.target_set_id
    and needed.position_id = targets.position_id
    and needed.product_scope_kind = targets.product_scope_kind
    and needed.product_scope_key = targets.product_scope_key
    and needed.measure_unit = targets.measure_unit
    and needed.part_period_id = targets.period_id
group by
    needed.plan_id, needed.component_id, needed.position_id, needed.payee_id, needed.period_id, needed.window_kind
