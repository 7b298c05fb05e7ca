-- One row per plan, component, position, payee (empty if the seat is vacant) and period of the plan.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id, plan_version, currency_code, is_complete
    from attainment._seat_periods
),

components as (
    select plan_id, component_id, window_kind, measure_unit, target_set_id, zero_target
    from conformed.plan_components
),

plans as (
    select plan_id, credit_basis
    from conformed.plan_plans
),

counted_parts as (
    select plan_id, position_id, payee_id, period_id, window_kind, part_period_id
    from attainment._counted_parts
),

base_parts as (
    select period_id as part_period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

component_values as (
    select plan_id, component_id, position_id, payee_id, period_id, measured_value, foreign_count
    from attainment._component_values
),

component_targets as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, target_amount, first_missing_period_id
    from attainment._component_targets
),

measured as (
    select
        seat_periods.plan_id, components.component_id, seat_periods.position_id, seat_periods.payee_id,
        seat_periods.period_id, seat_periods.plan_version, seat_periods.currency_code, seat_periods.is_complete,
        components.window_kind,
        components.measure_unit, components.target_set_id, components.zero_target,
        -- Whose credits count: the seat's, or those of the days on which this payee held it.
        case when plans.credit_basis = 'occupancy' then seat_periods.payee_id else '' end as counted_payee_id
    from seat_periods
    inner join components on seat_periods.plan_id = components.plan_id
    inner join plans on seat_periods.plan_id = plans.plan_id
),

window_values as (
    select
        measured.plan_id, measured.component_id, measured.position_id, measured.payee_id, measured.period_id,
        sum(component_values.measured_value) as measured_value,
        sum(component_values.foreign_count) as foreign_count
    from measured
    inner join counted_parts
        on measured.plan_id = counted_parts.plan_id
        and measured.position_id = counted_parts.position_id
        and measured.payee_id = counted_parts.payee_id
        and measured.period_id = counted_parts.period_id
        and measured.window_kind = counted_parts.window_kind
    inner join base_parts on counted_parts.part_period_id = base_parts.part_period_id
    inner join component_values
        on measured.plan_id = component_values.plan_id
        and measured.component_id = component_values.component_id
        and measured.position_id = component_values.position_id
        and measured.counted_payee_id = component_values.payee_id
        and base_parts.base_period_id = component_values.period_id
    group by
        measured.plan_id, measured.component_id, measured.position_id, measured.payee_id, measured.period_id
),

period_values as (
    select
        measured.plan_id, measured.component_id, measured.position_id, measured.payee_id, measured.period_id,
        sum(component_values.measured_value) as measured_value,
        sum(component_values.foreign_count) as foreign_count
    from measured
    inner join counted_parts
        on measured.plan_id = counted_parts.plan_id
        and measured.position_id = counted_parts.position_id
        and measured.payee_id = counted_parts.payee_id
        and measured.period_id = counted_parts.period_id
        and counted_parts.window_kind = 'period'
    inner join base_parts on counted_parts.part_period_id = base_parts.part_period_id
    inner join component_values
        on measured.plan_id = component_values.plan_id
        and measured.component_id = component_values.component_id
        and measured.position_id = component_values.position_id
        and measured.counted_payee_id = component_values.payee_id
        and base_parts.base_period_id = component_values.period_id
    group by
        measured.plan_id, measured.component_id, measured.position_id, measured.payee_id, measured.period_id
),

held_against_targets as (
    select
        measured.plan_id, measured.component_id, measured.position_id, measured.payee_id, measured.period_id,
        measured.plan_version, measured.currency_code, measured.is_complete, measured.window_kind, measured.measure_unit,
        measured.target_set_id, measured.zero_target,
        coalesce(window_values.measured_value, 0.0000000000) as measured_value,
        coalesce(period_values.measured_value, 0.0000000000) as period_value,
        coalesce(window_values.foreign_count, 0) as foreign_count,
        coalesce(period_values.foreign_count, 0) as period_foreign_count,
        window_targets.target_amount as target_value,
        window_targets.first_missing_period_id,
        period_targets.target_amount as period_target_value
    from measured
    left join window_values
        on measured.plan_id = window_values.plan_id
        and measured.component_id = window_values.component_id
        and measured.position_id = window_values.position_id
        and measured.payee_id = window_values.payee_id
        and measured.period_id = window_values.period_id
    left join period_values
        on measured.plan_id = period_values.plan_id
        and measured.component_id = period_values.component_id
        and measured.position_id = period_values.position_id
        and measured.payee_id = period_values.payee_id
        and measured.period_id = period_values.period_id
    left join component_targets as window_targets
        on measured.plan_id = window_targets.plan_id
        and measured.component_id = window_targets.component_id
        and measured.position_id = window_targets.position_id
        and measured.payee_id = window_targets.payee_id
        and measured.period_id = window_targets.period_id
        and measured.window_kind = window_targets.window_kind
    left join component_targets as period_targets
        on measured.plan_id = period_targets.plan_id
        and measured.component_id = period_targets.component_id
        and measured.position_id = period_targets.position_id
        and measured.payee_id = period_targets.payee_id
        and measured.period_id = period_targets.period_id
        and period_targets.window_kind = 'period'
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    plan_version,
    is_complete,
    window_kind,
    measure_unit,
    currency_code,
    measured_value,
    target_value,
    -- What cannot be measured has no attainment, for nobody to rank it or to open a gate with it.
    case
        when foreign_count > 0 or target_value < 0.0 then null
        when target_value <> 0.0 then ratio(measured_value, target_value, 6)
        when target_value = 0.0 and zero_target = 'zero' then 0.000000
        when target_value = 0.0 and zero_target = 'full' then 1.000000
        else null
    end as attainment_rate,
    period_value,
    period_target_value,
    case
        when period_foreign_count > 0 or period_target_value < 0.0 then null
        when period_target_value <> 0.0 then ratio(period_value, period_target_value, 6)
        when period_target_value = 0.0 and zero_target = 'zero' then 0.000000
        when period_target_value = 0.0 and zero_target = 'full' then 1.000000
        else null
    end as period_attainment_rate,
    case
        when foreign_count > 0 then 'foreign_currency'
        when target_set_id is not null and target_value is null then 'missing_target'
        when target_value < 0.0 then 'negative_target'
        when target_value = 0.0 and zero_target = 'not_payable' then 'zero_target'
        else null
    end as not_payable_reason,
    case when target_set_id is not null and target_value is null then first_missing_period_id else null end
        as missing_target_period_id
from held_against_targets
