-- One row per payee, plan and period: what the plan gave the payee, over all positions, before anything is held or advanced.
with incentives as (
    select plan_id, payee_id, period_id, incentive_amount, deferred_before_amount, deferred_after_amount
    from incentives.incentives
),

plan_totals as (
    select
        plan_id, payee_id, period_id, is_complete, earning_code, currency_code, total_amount, adjustment_amount,
        deferred_before_amount, deferred_after_amount
    from incentives.plan_totals
),

components as (
    select
        plan_id, payee_id, period_id,
        count(incentive_amount) as incentive_count,
        sum(incentive_amount) as incentive_amount,
        sum(deferred_after_amount - deferred_before_amount) as deferred_amount
    from incentives
    group by plan_id, payee_id, period_id
),

plans as (
    select
        plan_id, payee_id, period_id, is_complete, earning_code, currency_code,
        sum(total_amount) as total_amount,
        sum(adjustment_amount) as adjustment_amount,
        sum(deferred_after_amount - deferred_before_amount) as deferred_amount
    from plan_totals
    group by plan_id, payee_id, period_id, is_complete, earning_code, currency_code
)

select
    plans.payee_id,
    plans.plan_id,
    plans.period_id,
    plans.earning_code,
    plans.currency_code,
    plans.is_complete,
    components.incentive_count,
    cast(components.incentive_amount as decimal(19, 4)) as incentive_amount,
    -- What the plan's cap put off is not lost: it stands by itself.
    cast(plans.adjustment_amount + plans.deferred_amount as decimal(19, 4)) as plan_adjustment_amount,
    cast(plans.deferred_amount as decimal(19, 4)) as deferred_amount,
    cast(components.deferred_amount as decimal(19, 4)) as component_deferred_amount,
    cast(plans.total_amount as decimal(19, 4)) as earned_amount
from plans
inner join components
    on plans.plan_id = components.plan_id
    and plans.payee_id = components.payee_id
    and plans.period_id = components.period_id
