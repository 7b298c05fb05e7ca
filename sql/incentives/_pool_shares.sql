-- One row per component with a pool, position, payee and period: the share of the pot by points.
with pools as (
    select plan_id, component_id, pool_amount, cohort
    from conformed.plan_pools
),

plans as (
    select plan_id, rounding_digits
    from conformed.plan_plans
),

pots as (
    select plan_id, component_id, period_id, cohort_id, cohort_value, pool_amount
    from incentives._pots
),

positions as (
    select position_id, unit_id, team_id
    from conformed.positions
),

states as (
    select plan_id, component_id, position_id, payee_id, period_id, gated_amount
    from incentives._states
    where output = 'points'
),

sharing as (
    select
        states.plan_id, states.component_id, states.position_id, states.payee_id, states.period_id,
        pools.pool_amount as fixed_amount, plans.rounding_digits,
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
        sharing.cohort_id, sharing.points_amount, sharing.rounding_digits, pots.cohort_value,
        coalesce(sharing.fixed_amount, pots.pool_amount, 0.0000) as pool_amount
    from sharing
    left join pots
        on sharing.plan_id = pots.plan_id
        and sharing.component_id = pots.component_id
        and sharing.period_id = pots.period_id
        and sharing.cohort_id = pots.cohort_id
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
