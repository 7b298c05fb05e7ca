-- One row per payee, component and period whose pay cannot be computed although the measure can.
with bases as (
    select plan_id, component_id, position_id, payee_id, period_id, gate_component_id, axis_value, not_payable_reason
    from incentives._bases
),

states as (
    select plan_id, component_id, position_id, payee_id, period_id
    from incentives._states
),

unpaid as (
    select
        bases.plan_id, bases.component_id, bases.position_id, bases.payee_id, bases.period_id, bases.gate_component_id,
        bases.axis_value, coalesce(bases.not_payable_reason, 'below_first_tier') as reason
    from bases
    left join states
        on bases.plan_id = states.plan_id
        and bases.component_id = states.component_id
        and bases.position_id = states.position_id
        and bases.payee_id = states.payee_id
        and bases.period_id = states.period_id
    where states.plan_id is null
)

select
    reason as exception_kind,
    'component' as subject_kind,
    plan_id || '/' || component_id || '/' || position_id || '/' || payee_id as subject_id,
    period_id,
    position_id,
    payee_id,
    case
        when reason = 'terms_in_other_currency' then 'the pay terms are in another currency than the plan'
        when reason = 'missing_target_incentive' then 'some days held have no target incentive in the pay terms'
        when reason = 'missing_commission_rate' then 'the pay terms of the last day held have no commission rate'
        when reason = 'gate_without_attainment' then 'the gate looks at ' || gate_component_id || ', which has no attainment'
        else 'the curve begins above ' || cast(axis_value as varchar)
    end as detail,
    case
        when reason = 'terms_in_other_currency' then 'enter the terms in the currency of the plan'
        when reason = 'missing_target_incentive' then 'complete the pay terms of the payee'
        when reason = 'missing_commission_rate' then 'enter a commission rate for the payee'
        when reason = 'gate_without_attainment' then 'publish the missing target of that component'
        else 'correct the sales, or choose another policy for what lies below the first tier'
    end as cure
from unpaid
