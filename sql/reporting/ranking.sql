-- One row per payee, position, plan, component and period: the place by attainment among those with the same component.
with measures as (
    select plan_id, component_id, position_id, payee_id, period_id, attainment_rate, not_payable_reason
    from attainment.measures
    where payee_id <> ''
),

components as (
    select plan_id, component_id
    from conformed.plan_components
    where target_set_id is not null
),

payees as (
    select payee_id, payee_name
    from conformed.payees
),

positions as (
    select position_id, position_title, team_id
    from conformed.positions
),

-- Only what can be paid is ranked; the others are listed without a place.
listed as (
    select
        measures.plan_id, measures.component_id, measures.position_id, measures.payee_id, measures.period_id,
        measures.not_payable_reason,
        case when measures.not_payable_reason is null then measures.attainment_rate else null end as ranked_rate
    from measures
    inner join components
        on measures.plan_id = components.plan_id
        and measures.component_id = components.component_id
),

ranked as (
    select
        plan_id, component_id, position_id, payee_id, period_id, not_payable_reason, ranked_rate,
        rank() over (partition by plan_id, component_id, period_id order by ranked_rate desc nulls last) as place,
        count(ranked_rate) over (partition by plan_id, component_id, period_id) as seat_count
    from listed
)

select
    ranked.plan_id,
    ranked.component_id,
    ranked.period_id,
    case when ranked.ranked_rate is null then null else cast(ranked.place as bigint) end as place_number,
    ranked.payee_id,
    ranked.position_id,
    ranked.seat_count,
    coalesce(payees.payee_name, ranked.payee_id) as payee_name,
    coalesce(positions.position_title, ranked.position_id) as position_title,
    positions.team_id,
    ranked.ranked_rate as attainment_rate,
    ranked.not_payable_reason
from ranked
left join payees on ranked.payee_id = payees.payee_id
left join positions on ranked.position_id = positions.position_id
