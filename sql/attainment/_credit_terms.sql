-- One row per term of credits, position, payee and period of the plan with credits: what it adds up to over its window, and in the period alone.
with parts as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, part_period_id, counted_value,
        credit_count, uncounted_reason
    from attainment.credit_parts
)

select
    plan_id,
    component_id,
    term_number,
    position_id,
    payee_id,
    period_id,
    sum(counted_value) as term_value,
    sum(credit_count) as credit_count,
    min(uncounted_reason) as uncounted_reason,
    sum(case when part_period_id = period_id then counted_value else 0.0000000000 end) as period_term_value,
    sum(case when part_period_id = period_id then credit_count else 0 end) as period_credit_count,
    min(case when part_period_id = period_id then uncounted_reason else null end) as period_uncounted_reason
from parts
group by plan_id, component_id, term_number, position_id, payee_id, period_id
