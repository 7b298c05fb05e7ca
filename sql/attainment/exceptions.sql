-- One row per measure of a payee that cannot be paid, and per occupied position that no plan applies to.
with measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, not_payable_reason, missing_target_period_id
    from attainment.measures
    where not_payable_reason is not null and payee_id <> ''
),

occupancy as (
    select position_id, payee_id, period_id
    from attainment.occupancy
),

measured_periods as (
    select period_id
    from attainment._measured_periods
),

seat_periods as (
    select position_id, payee_id, period_id
    from attainment._seat_periods
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

planned as (
    select seat_periods.position_id, seat_periods.payee_id, windows.base_period_id as period_id
    from seat_periods
    inner join windows on seat_periods.period_id = windows.period_id
    group by seat_periods.position_id, seat_periods.payee_id, windows.base_period_id
),

without_plan as (
    select occupancy.position_id, occupancy.payee_id, occupancy.period_id
    from occupancy
    inner join measured_periods on occupancy.period_id = measured_periods.period_id
    left join planned
        on occupancy.position_id = planned.position_id
        and occupancy.payee_id = planned.payee_id
        and occupancy.period_id = planned.period_id
    where planned.position_id is null
)

select
    not_payable_reason as exception_kind,
    'component' as subject_kind,
    plan_id || '/' || component_id || '/' || position_id || '/' || payee_id as subject_id,
    period_id,
    position_id,
    payee_id,
    case
        when not_payable_reason = 'missing_target' then 'no target for ' || missing_target_period_id
        when not_payable_reason = 'zero_target' then 'the target is zero, and the plan does not say what that pays'
        when not_payable_reason = 'negative_target' then 'the target is below zero'
        else 'credits are in another currency than the plan'
    end as detail,
    case
        when not_payable_reason = 'missing_target' then 'publish a target for the position and period'
        when not_payable_reason = 'foreign_currency' then 'give the positions a plan in the currency of their sales'
        else 'correct the target, or choose another zero_target policy'
    end as cure
from measures
union all
select
    'no_plan' as exception_kind,
    'position' as subject_kind,
    position_id || '/' || payee_id as subject_id,
    period_id,
    position_id,
    payee_id,
    'the position is held, but no plan applies to it' as detail,
    'assign a plan to its role, unit, position or payee' as cure
from without_plan
