-- One row per position, payee, plan, component and period: value against target, vacant seats included.
with measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, is_complete, currency_code, window_kind, measure_unit,
        measured_value, target_value, attainment_rate, period_value, period_target_value, period_attainment_rate
    from attainment.measures
),

payees as (
    select payee_id, payee_name
    from conformed.payees
),

positions as (
    select position_id, position_title, role_id, unit_id, team_id
    from conformed.positions
),

components as (
    select plan_id, component_id, component_title
    from conformed.plan_components
)

select
    measures.position_id,
    measures.payee_id,
    measures.plan_id,
    measures.component_id,
    measures.period_id,
    measures.is_complete,
    coalesce(positions.position_title, measures.position_id) as position_title,
    case when measures.payee_id = '' then '' else coalesce(payees.payee_name, measures.payee_id) end as payee_name,
    positions.role_id,
    positions.unit_id,
    positions.team_id,
    components.component_title,
    measures.window_kind,
    measures.measure_unit,
    measures.currency_code,
    measures.measured_value,
    measures.target_value,
    cast(measures.measured_value - measures.target_value as decimal(38, 10)) as difference_value,
    measures.attainment_rate,
    measures.period_value,
    measures.period_target_value,
    measures.period_attainment_rate
from measures
inner join components
    on measures.plan_id = components.plan_id
    and measures.component_id = components.component_id
left join payees on measures.payee_id = payees.payee_id
left join positions on measures.position_id = positions.position_id
