-- One row per payee, position, plan, component and period with an attainment: the place among those with the same component.
with measures as (
    select plan_id, component_id, position_id, payee_id, period_id, attainment_rate
    from attainment.measures
    where payee_id <> '' and attainment_rate is not null
),

payees as (
    select payee_id, payee_name
    from conformed.payees
),

positions as (
    select position_id, position_title, team_id
    from conformed.positions
),

ranked as (
    select
        plan_id, component_id, position_id, payee_id, period_id, attainment_rate,
        rank() over (partition by plan_id, component_id, period_id order by attainment_rate desc) as place,
        count(payee_id) over (partition by plan_id, component_id, period_id) as cohort_count
    from measures
)

select
    ranked.plan_id,
    ranked.component_id,
    ranked.period_id,
    cast(ranked.place as bigint) as place_number,
    ranked.payee_id,
    ranked.position_id,
    ranked.cohort_count,
    coalesce(payees.payee_name, ranked.payee_id) as payee_name,
    coalesce(positions.position_title, ranked.position_id) as position_title,
    positions.team_id,
    ranked.attainment_rate
from ranked
left join payees on ranked.payee_id = payees.payee_id
left join positions on ranked.position_id = positions.position_id
