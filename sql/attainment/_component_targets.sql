-- One row per plan, component, position, payee, period and window: the target, unless one of its periods has none.
with parts as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, span_id, target_level, target_amount,
        part_amount
    from attainment.target_parts
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    window_kind,
    target_level,
    case when count(target_amount) = count(span_id) then sum(part_amount) else null end as target_amount,
    min(case when target_amount is null then span_id else null end) as first_missing_period_id
from parts
group by plan_id, component_id, position_id, payee_id, period_id, window_kind, target_level
