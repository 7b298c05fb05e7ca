-- One row per component whose pot is a rate of another's value, period and cohort that shares it.
with pools as (
    select plan_id, component_id, pool_rate, pool_component_id, cohort
    from conformed.plan_pools
    where pool_rate is not null
),

plans as (
    select plan_id, credit_basis, rounding_mode, rounding_digits
    from conformed.plan_plans
),

components as (
    select plan_id, component_id, measure_level
    from conformed.plan_components
),

positions as (
    select position_id, unit_id, team_id
    from conformed.positions
),

measures as (
    select plan_id, component_id, position_id, payee_id, period_id, measured_value
    from attainment.measures
),

-- What a seat that changed hands sold counts once, unless each payee is measured by the days held.
seat_values as (
    select
        pools.plan_id, pools.component_id, pools.cohort, measures.position_id, measures.period_id,
        components.measure_level,
        case when plans.credit_basis = 'occupancy' then sum(measures.measured_value) else max(measures.measured_value) end
            as seat_value,
        sum(case when measures.measured_value is null then 1 else 0 end) as unmeasured_count
    from pools
    inner join plans on pools.plan_id = plans.plan_id
    inner join components
        on pools.plan_id = components.plan_id
        and pools.pool_component_id = components.component_id
    inner join measures
        on pools.plan_id = measures.plan_id
        and pools.pool_component_id = measures.component_id
    group by
        pools.plan_id, pools.component_id, pools.cohort, measures.position_id, measures.period_id,
        components.measure_level, plans.credit_basis
),

-- A national value is that of every seat, and counts once.
cohort_values as (
    select
        seat_values.plan_id, seat_values.component_id, seat_values.period_id,
        case
            when seat_values.cohort = 'unit' then positions.unit_id
            when seat_values.cohort = 'team' then positions.team_id
            else ''
        end as cohort_id,
        case when seat_values.measure_level = 'national' then max(seat_values.seat_value) else sum(seat_values.seat_value) end
            as cohort_value,
        sum(seat_values.unmeasured_count) as unmeasured_count
    from seat_values
    inner join positions on seat_values.position_id = positions.position_id
    group by
        seat_values.plan_id, seat_values.component_id, seat_values.period_id, seat_values.measure_level,
        case
            when seat_values.cohort = 'unit' then positions.unit_id
            when seat_values.cohort = 'team' then positions.team_id
            else ''
        end
)

-- Where one seat cannot be measured nobody knows what the cohort sold.
select
    cohort_values.plan_id,
    cohort_values.component_id,
    cohort_values.period_id,
    cohort_values.cohort_id,
    case when cohort_values.unmeasured_count = 0 then cast(cohort_values.cohort_value as decimal(38, 10)) else null end
        as cohort_value,
    case
        when cohort_values.unmeasured_count = 0
            then round_money(times(pools.pool_rate, cohort_values.cohort_value), plans.rounding_digits, plans.rounding_mode)
        else null
    end as pool_amount
from cohort_values
inner join pools
    on cohort_values.plan_id = pools.plan_id
    and cohort_values.component_id = pools.component_id
inner join plans on cohort_values.plan_id = plans.plan_id
