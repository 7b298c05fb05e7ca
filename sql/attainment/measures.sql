-- One row per plan, component, position, payee (empty if the seat is vacant) and period of the plan.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id, plan_version, currency_code, is_complete, is_too_short
    from attainment._seat_periods
),

components as (
    select plan_id, component_id, window_kind, measure_unit, pay_kind, weight_rate
    from conformed.plan_components
),

weight_overrides as (
    select plan_id, component_id, position_id, payee_id, period_id, weight_level, weight_rate
    from attainment._weight_overrides
),

attained as (
    select
        plan_id, component_id, position_id, payee_id, period_id, measured_value, target_value, target_level,
        attainment_rate, period_value, period_target_value, period_attainment_rate, not_payable_reason,
        missing_target_period_id
    from attainment._plain_measures
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, measured_value, target_value, target_level,
        attainment_rate, period_value, period_target_value, period_attainment_rate, not_payable_reason,
        missing_target_period_id
    from attainment._composed_measures
),

ranks as (
    select
        plan_id, component_id, position_id, payee_id, period_id, cohort_count, place, tie_count, rank_value,
        not_payable_reason
    from attainment._ranks
),

measured as (
    select
        plan_id, component_id, position_id, payee_id, period_id, measured_value, target_value, target_level,
        attainment_rate, period_value, period_target_value, period_attainment_rate, not_payable_reason,
        missing_target_period_id, cast(null as bigint) as cohort_count, cast(null as bigint) as place,
        cast(null as bigint) as tie_count
    from attained
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, rank_value as measured_value,
        cast(null as decimal(38, 10)) as target_value, cast(null as varchar) as target_level,
        cast(null as decimal(18, 6)) as attainment_rate, rank_value as period_value,
        cast(null as decimal(38, 10)) as period_target_value, cast(null as decimal(18, 6)) as period_attainment_rate,
        not_payable_reason, cast(null as varchar) as missing_target_period_id, cohort_count, place, tie_count
    from ranks
)

select
    measured.plan_id,
    measured.component_id,
    measured.position_id,
    measured.payee_id,
    measured.period_id,
    seat_periods.plan_version,
    seat_periods.is_complete,
    components.window_kind,
    components.measure_unit,
    seat_periods.currency_code,
    components.pay_kind,
    coalesce(weight_overrides.weight_rate, components.weight_rate) as weight_rate,
    coalesce(weight_overrides.weight_level, 'component') as weight_level,
    measured.measured_value,
    measured.target_value,
    measured.target_level,
    measured.attainment_rate,
    measured.period_value,
    measured.period_target_value,
    measured.period_attainment_rate,
    measured.place,
    measured.tie_count,
    measured.cohort_count,
    case when seat_periods.is_too_short then 'too_few_days' else measured.not_payable_reason end as not_payable_reason,
    measured.missing_target_period_id
from measured
inner join seat_periods
    on measured.plan_id = seat_periods.plan_id
    and measured.position_id = seat_periods.position_id
    and measured.payee_id = seat_periods.payee_id
    and measured.period_id = seat_periods.period_id
inner join components
    on measured.plan_id = components.plan_id
    and measured.component_id = components.component_id
left join weight_overrides
    on measured.plan_id = weight_overrides.plan_id
    and measured.component_id = weight_overrides.component_id
    and measured.position_id = weight_overrides.position_id
    and measured.payee_id = weight_overrides.payee_id
    and measured.period_id = weight_overrides.period_id
