-- One row per payee, plan, component, position and period: what was sold, what was due, and what it pays.
with measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, is_complete, currency_code, window_kind, measure_unit,
        measured_value, target_value, attainment_rate, pay_kind, not_payable_reason
    from attainment.measures
    where payee_id <> ''
),

incentives as (
    select
        plan_id, component_id, position_id, payee_id, period_id, lost_to_cap_amount, gate_effect_amount,
        earned_before_amount, incentive_amount
    from incentives.incentives
),

unpaid as (
    select exception_kind, subject_id, period_id
    from incentives.exceptions
),

payees as (
    select payee_id, payee_name
    from conformed.payees
),

positions as (
    select position_id, position_title, unit_id, team_id
    from conformed.positions
),

plans as (
    select plan_id, plan_title, plan_version, earning_code
    from conformed.plan_plans
),

components as (
    select plan_id, component_id, component_title, component_number
    from conformed.plan_components
)

select
    measures.payee_id,
    measures.plan_id,
    measures.component_id,
    measures.position_id,
    measures.period_id,
    measures.is_complete,
    coalesce(payees.payee_name, measures.payee_id) as payee_name,
    coalesce(positions.position_title, measures.position_id) as position_title,
    positions.unit_id,
    positions.team_id,
    plans.plan_title,
    plans.plan_version,
    plans.earning_code,
    components.component_title,
    components.component_number,
    measures.window_kind,
    measures.measure_unit,
    measures.currency_code,
    measures.measured_value,
    measures.target_value,
    measures.attainment_rate,
    case
        when measures.pay_kind = 'none' and measures.not_payable_reason is null then 'measured'
        when incentives.plan_id is null then 'not_payable'
        else 'payable'
    end as status,
    coalesce(measures.not_payable_reason, unpaid.exception_kind) as not_payable_reason,
    incentives.lost_to_cap_amount,
    incentives.gate_effect_amount,
    incentives.earned_before_amount,
    incentives.incentive_amount
from measures
inner join plans on measures.plan_id = plans.plan_id
inner join components
    on measures.plan_id = components.plan_id
    and measures.component_id = components.component_id
left join incentives
    on measures.plan_id = incentives.plan_id
    and measures.component_id = incentives.component_id
    and measures.position_id = incentives.position_id
    and measures.payee_id = incentives.payee_id
    and measures.period_id = incentives.period_id
left join unpaid
    on measures.plan_id || '/' || measures.component_id || '/' || measures.position_id || '/' || measures.payee_id
        = unpaid.subject_id
    and measures.period_id = unpaid.period_id
left join payees on measures.payee_id = payees.payee_id
left join positions on measures.position_id = positions.position_id
