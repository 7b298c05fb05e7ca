-- One row per contradiction in what credits are computed from, and per rule set and period with lines that are not covered.
with managers as (
    select hierarchy_id, position_id, manager_position_id, from_date, to_date, is_cut
    from credits._managers
),

conservation as (
    select rule_set_id, period_id, currency_code, uncovered_line_count, orphaned_amount, over_credited_amount
    from credits.conservation
),

uncovered as (
    select
        rule_set_id, period_id,
        sum(uncovered_line_count) as line_count
    from conservation
    where orphaned_amount <> 0.0 or over_credited_amount <> 0.0 or uncovered_line_count > 0
    group by rule_set_id, period_id
)

select
    'uncovered_lines' as exception_kind,
    'rule_set' as subject_kind,
    rule_set_id as subject_id,
    period_id,
    cast(line_count as varchar) || ' lines are credited for less or more than the whole' as detail,
    'align their accounts, places or named positions; reporting.conservation_lines lists them' as cure
from uncovered
union all
select
    'overlapping_managers' as exception_kind,
    'hierarchy' as subject_kind,
    hierarchy_id || '/' || position_id || '/' || cast(from_date as varchar) as subject_id,
    'all' as period_id,
    'manager ' || manager_position_id || ' is followed by another on ' || cast(to_date as varchar)
        || ' before the interval ends; the later one counts' as detail,
    'end the earlier interval where the later one begins' as cure
from managers
where is_cut
union all
select
    'own_manager' as exception_kind,
    'hierarchy' as subject_kind,
    hierarchy_id || '/' || position_id || '/' || cast(from_date as varchar) as subject_id,
    'all' as period_id,
    'the position is its own manager; nothing is passed up' as detail,
    'name another manager, or none' as cure
from managers
where position_id = manager_position_id
