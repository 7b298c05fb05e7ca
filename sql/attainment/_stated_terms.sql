-- One row per term of calls, scores or figures, position, payee and period of the plan: what it adds up to over its window, and in the period alone.
with parts as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, part_period_id, term_source, part_value
    from attainment.stated_parts
)

select
    plan_id,
    component_id,
    term_number,
    position_id,
    payee_id,
    period_id,
    case when count(part_value) = count(part_period_id) then sum(part_value) else null end as term_value,
    case
        when count(part_value) = count(part_period_id) then null
        when term_source = 'scores' then 'missing_score'
        else 'missing_figure'
    end as uncounted_reason,
    sum(case when part_period_id = period_id then part_value else null end) as period_term_value,
    case
        when sum(case when part_period_id = period_id then part_value else null end) is not null then null
        when term_source = 'scores' then 'missing_score'
        else 'missing_figure'
    end as period_uncounted_reason
from parts
group by plan_id, component_id, term_number, position_id, payee_id, period_id, term_source
