-- One row per component with a pool, position, payee and period: the share of the pot by points.
with pools as (
    select plan_id, component_id, pool_amount, pool_rate, pool_component_id, cohort
    from conformed.plan_pools
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

states as (
    select plan_id, component_id, position_id, payee_id, period_id, gated_amount
    from incentives._states
    where output = 'points'
),

-- What a seat that changed hands sold counts once, unless each payee is measured by the days held.
seat_values as (
    select
        pools.plan_id, pools.component_id, pools.cohort, measures.position_id, measures.period_id,
        components.measure_level,
        case when plans.credit_basis = 'occupancy' then sum(measures.measured_value) else max(measures.measured_value) end
            as seat_value
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
            as cohort_value
    from seat_values
    inner join positions on seat_values.position_id = positions.position_id
    group by
        seat_values.plan_id, seat_values.component_id, seat_values.period_id, seat_values.measure_level,
        case
            when seat_values.cohort = 'unit' then positions.unit_id
            when seat_values.cohort = 'team' then positions.team_id
            else ''
        end
),

sharing as (
    select
        states.plan_id, states.component_id, states.position_id, states.payee_id, states.period_id,
        pools.pool_amount as fixed_amount, pools.pool_rate, plans.rounding_mode, plans.rounding_digits,
        case
            when pools.cohort = 'unit' then positions.unit_id
            when pools.cohort = 'team' then positions.team_id
            else ''
        end as cohort_id,
        greatest(states.gated_amount, 0.0000000000) as points_amount
    from states
    inner join pools
        on states.plan_id = pools.plan_id
        and states.component_id = pools.component_id
    inner join plans on states.plan_id = plans.plan_id
    inner join positions on states.position_id = positions.position_id
),

potted as (
    select
        sharing.plan_id, sharing.component_id, sharing.position_id, sharing.payee_id, sharing.period_id,
        sharing.cohort_id, sharing.points_amount, sharing.rounding_digits, cohort_values.cohort_value,
        coalesce(
            sharing.fixed_amount,
            round_money(
                times(sharing.pool_rate, cohort_values.cohort_value), sharing.rounding_digits, sharing.rounding_mode
            ),
            0.0000
        ) as pool_amount
    from sharing
    left join cohort_values
        on sharing.plan_id = cohort_values.plan_id
        and sharing.component_id = cohort_values.component_id
        and sharing.period_id = cohort_values.period_id
        and sharing.cohort_id = cohort_values.cohort_id
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    cohort_id,
    cohort_value,
    pool_amount,
    points_amount,
    cast(
        coalesce(
            largest_remainder(pool_amount, points_amount, rounding_digits) over (
                partition by plan_id, component_id, period_id, cohort_id order by position_id, payee_id
            ),
            0.0000
        ) as decimal(19, 4)
    ) as share_amount,
    case
        when sum(points_amount) over (partition by plan_id, component_id, period_id, cohort_id) = 0.0 then true
        else false
    end as is_unclaimed
from potted
