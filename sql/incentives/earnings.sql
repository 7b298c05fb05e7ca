-- One row per payee, plan and period: what the plan gave the payee, over all positions, before anything is held or advanced.
with incentives as (
    select
        plan_id, payee_id, period_id, is_complete, earning_code, currency_code, incentive_amount, deferred_before_amount,
        deferred_after_amount
    from incentives.incentives
)

select
    payee_id,
    plan_id,
    period_id,
    earning_code,
    currency_code,
    is_complete,
    count(incentive_amount) as incentive_count,
    cast(sum(incentive_amount) as decimal(19, 4)) as incentive_amount,
    0.0000 as plan_adjustment_amount,
    0.0000 as deferred_amount,
    cast(sum(deferred_after_amount - deferred_before_amount) as decimal(19, 4)) as component_deferred_amount,
    cast(sum(incentive_amount) as decimal(19, 4)) as earned_amount
from incentives
group by payee_id, plan_id, period_id, earning_code, currency_code, is_complete
