-- One row per component, position, payee and period of the plan with a weight of its own: the most specific one.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id
    from attainment._seat_periods
),

positions as (
    select position_id, role_id, unit_id
    from conformed.positions
),

weights as (
    select plan_id, component_id, scope_kind, scope_key, scope_rank, weight_rate
    from conformed.plan_weights
),

overridden_plans as (
    select plan_id
    from weights
    group by plan_id
),

seats as (
    select
        seat_periods.plan_id, seat_periods.position_id, seat_periods.payee_id, seat_periods.period_id,
        positions.role_id, positions.unit_id
    from seat_periods
    inner join overridden_plans on seat_periods.plan_id = overridden_plans.plan_id
    inner join positions on seat_periods.position_id = positions.position_id
),

scopes as (
    select plan_id, position_id, payee_id, period_id, 'role' as scope_kind, role_id as scope_key
    from seats
    union all
    select plan_id, position_id, payee_id, period_id, 'unit' as scope_kind, unit_id as scope_key
    from seats
    union all
    select plan_id, position_id, payee_id, period_id, 'position' as scope_kind, position_id as scope_key
    from seats
    union all
    select plan_id, position_id, payee_id, period_id, 'payee' as scope_kind, payee_id as scope_key
    from seats
),

ranked as (
    select
        scopes.plan_id, weights.component_id, scopes.position_id, scopes.payee_id, scopes.period_id, weights.scope_kind,
        weights.weight_rate,
        row_number() over (
            partition by
                scopes.plan_id, weights.component_id, scopes.position_id, scopes.payee_id, scopes.period_id
            order by weights.scope_rank desc
        ) as place
    from scopes
    inner join weights
        on scopes.plan_id = weights.plan_id
        and scopes.scope_kind = weights.scope_kind
        and scopes.scope_key = weights.scope_key
)

select plan_id, component_id, position_id, payee_id, period_id, scope_kind as weight_level, weight_rate
from ranked
where place = 1
