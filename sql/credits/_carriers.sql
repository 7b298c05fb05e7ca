-- One row per rule set, credited position and interval with a position that its credits reach: itself, and those above.
with rules as (
    select rule_id, rule_set_id, hierarchy_id, level_count
    from conformed.plan_rules
    where credit_type = 'rollup'
),

reporting_lines as (
    select hierarchy_id, position_id, level_number, manager_position_id, from_date, to_date
    from credits._reporting_lines
),

managers as (
    select
        rules.rule_set_id, reporting_lines.position_id as from_position_id,
        reporting_lines.manager_position_id as position_id, rules.rule_id, reporting_lines.level_number,
        reporting_lines.from_date, reporting_lines.to_date
    from rules
    inner join reporting_lines
        on rules.hierarchy_id = reporting_lines.hierarchy_id
        and reporting_lines.level_number <= rules.level_count
),

own as (
    select rule_set_id, from_position_id
    from managers
    group by rule_set_id, from_position_id
)

select rule_set_id, from_position_id, position_id, rule_id, level_number, from_date, to_date
from managers
union all
select
    rule_set_id, from_position_id, from_position_id as position_id, '' as rule_id, 0 as level_number,
    cast('0001-01-01' as date) as from_date, cast('9999-12-31' as date) as to_date
from own
