-- One row per payee, component and period whose pay cannot be computed although the measure can, and per pot that nobody has points for.
with bases as (
    select plan_id, component_id, position_id, payee_id, period_id, gate_component_id, axis_value, not_payable_reason
    from incentives._bases
    where basis_number <= 1
),

states as (
    select plan_id, component_id, position_id, payee_id, period_id
    from incentives._states
),

pool_shares as (
    select plan_id, component_id, period_id, cohort_id, pool_amount
    from incentives._pool_shares
    where is_unclaimed and pool_amount <> 0.0
),

unclaimed as (
    select plan_id, component_id, period_id, cohort_id, pool_amount
    from pool_shares
    group by plan_id, component_id, period_id, cohort_id, pool_amount
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
        when reason = 'multiplier_without_value' then 'a multiplier looks at a component that cannot be measured'
        when reason = 'second_axis_without_value' then 'the second axis looks at a component that cannot be measured'
        when reason = 'missing_product_rate' then 'a product sold has no rate'
        when reason = 'pot_without_value' then 'the pot is a rate of what cannot be measured for every seat that shares it'
        when reason = 'missing_period_value' then 'the period by itself cannot be measured'
        when reason = 'no_target_to_pay_by' then 'pay is a rate of the target, which is missing or zero'
        when reason = 'deferral_behind_gate' then 'its cap defers, and a gate acts on what it grows by'
        when reason = 'deferral_of_transactions' then 'its cap defers what single transactions bring'
        when reason = 'pool_of_a_window' then 'its pool is shared by points that are trued up'
        else 'the curve begins above ' || cast(axis_value as varchar)
    end as detail,
    case
        when reason = 'terms_in_other_currency' then 'enter the terms in the currency of the plan'
        when reason = 'missing_target_incentive' then 'complete the pay terms of the payee'
        when reason = 'missing_commission_rate' then 'enter a commission rate for the payee'
        when reason = 'gate_without_attainment' then 'resolve the exception of ' || gate_component_id
        when reason in ('multiplier_without_value', 'second_axis_without_value', 'pot_without_value')
            then 'resolve the exception of that component'
        when reason = 'missing_product_rate' then 'give the product, its brand, its category or all products a rate in the plan'
        when reason = 'missing_period_value' then 'complete what the measure needs for the period'
        when reason = 'no_target_to_pay_by' then 'publish a target for the seat'
        when reason in ('deferral_behind_gate', 'deferral_of_transactions') then 'write `excess: forfeit`, or choose another cap or gate'
        when reason = 'pool_of_a_window' then 'give points for each period'
        else 'correct the sales, or choose another policy for what lies below the first tier'
    end as cure
from unpaid
union all
select
    'pool_without_points' as exception_kind,
    'pool' as subject_kind,
    plan_id || '/' || component_id || '/' || cohort_id as subject_id,
    period_id,
    '' as position_id,
    '' as payee_id,
    'nobody who shares the pot of ' || cast(pool_amount as varchar) || ' has points' as detail,
    'correct the points, or decide what becomes of the pot' as cure
from unclaimed
