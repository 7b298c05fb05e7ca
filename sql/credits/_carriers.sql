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

-- Several rules may bring one position the same credit; cut where any of them begins or ends, all but the first repeat it.
borders as (
    select rule_set_id, from_position_id, position_id, from_date as border_date
    from managers
    union all
    select rule_set_id, from_position_id, position_id, to_date as border_date
    from managers
),

border_dates as (
    select rule_set_id, from_position_id, position_id, border_date
    from borders
    group by rule_set_id, from_position_id, position_id, border_date
),

intervals as (
    select
        rule_set_id, from_position_id, position_id, border_date as from_date,
        lead(border_date) over (
            partition by rule_set_id, from_position_id, position_id order by border_date
        ) as to_date
    from border_dates
),

numbered as (
    select
        intervals.rule_set_id, intervals.from_position_id, intervals.position_id, managers.rule_id,
        managers.level_number, intervals.from_date, intervals.to_date,
        row_number() over (
            partition by
                intervals.rule_set_id, intervals.from_position_id, intervals.position_id, intervals.from_date
            order by managers.rule_id, managers.level_number
        ) as number_in_interval
    from intervals
    inner join managers
        on intervals.rule_set_id = managers.rule_set_id
        and intervals.from_position_id = managers.from_position_id
        and intervals.position_id = managers.position_id
        and managers.from_date <= intervals.from_date
        and managers.to_date >= intervals.to_date
),

own as (
    select rule_set_id, from_position_id
    from managers
    group by rule_set_id, from_position_id
)

select
    rule_set_id, from_position_id, position_id, rule_id, level_number, from_date, to_date,
    number_in_interval > 1 as is_repeated
from numbered
union all
select
    rule_set_id, from_position_id, from_position_id as position_id, '' as rule_id, 0 as level_number,
    cast('0001-01-01' as date) as from_date, cast('9999-12-31' as date) as to_date, false as is_repeated
from own
