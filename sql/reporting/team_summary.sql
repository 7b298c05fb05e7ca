-- One row per team, plan, component and period: what its positions sold against their targets, and what they earned.
with measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, currency_code, measure_unit, measured_value,
        target_value, not_payable_reason
    from attainment.measures
),

plans as (
    select plan_id, plan_title, credit_basis, target_proration
    from conformed.plan_plans
),

positions as (
    select position_id, team_id
    from conformed.positions
),

incentives as (
    select plan_id, component_id, position_id, payee_id, period_id, incentive_amount
    from incentives.incentives
),

-- Where the seat is measured, everyone who held it has the same value; it counts once.
seats as (
    select
        positions.team_id, measures.plan_id, measures.component_id, measures.period_id, measures.position_id,
        measures.currency_code, measures.measure_unit, plans.plan_title,
        case when plans.credit_basis = 'occupancy' then sum(measures.measured_value) else max(measures.measured_value) end
            as measured_value,
        sum(case when measures.measured_value is null then 1 else 0 end) as unmeasured_count,
        case when plans.target_proration = 'none' then max(measures.target_value) else sum(measures.target_value) end
            as target_value,
        count(case when measures.payee_id <> '' then 1 else null end) as payee_count,
        count(measures.not_payable_reason) as not_payable_count,
        sum(coalesce(incentives.incentive_amount, 0.0000)) as incentive_amount
    from measures
    inner join plans on measures.plan_id = plans.plan_id
    inner join positions on measures.position_id = positions.position_id
    left join incentives
        on measures.plan_id = incentives.plan_id
        and measures.component_id = incentives.component_id
        and measures.position_id = incentives.position_id
        and measures.payee_id = incentives.payee_id
        and measures.period_id = incentives.period_id
    group by
        positions.team_id, measures.plan_id, measures.component_id, measures.period_id, measures.position_id,
        measures.currency_code, measures.measure_unit, plans.plan_title, plans.credit_basis, plans.target_proration
),

teams as (
    select
        team_id, plan_id, component_id, period_id, currency_code, measure_unit, plan_title,
        count(position_id) as position_count,
        sum(payee_count) as payee_count,
        sum(not_payable_count) as not_payable_count,
        -- A seat that cannot be measured leaves its team without a value.
        case when sum(unmeasured_count) = 0 then sum(measured_value) else null end as measured_value,
        sum(target_value) as target_value,
        -- Only positions with a target, so that a seat without one does not flatter its team.
        case
            when sum(case when target_value is null then 0 else unmeasured_count end) > 0 then null
            else sum(case when target_value is null then 0.0000000000 else measured_value end)
        end as targeted_value,
        sum(incentive_amount) as incentive_amount
    from seats
    group by team_id, plan_id, component_id, period_id, currency_code, measure_unit, plan_title
)

select
    team_id,
    plan_id,
    component_id,
    period_id,
    plan_title,
    measure_unit,
    currency_code,
    position_count,
    payee_count,
    not_payable_count,
    measured_value,
    target_value,
    targeted_value,
    ratio(targeted_value, target_value, 6) as attainment_rate,
    cast(incentive_amount as decimal(19, 4)) as incentive_amount
from teams
