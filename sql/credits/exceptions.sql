-- One row per contradiction in what credits are computed from, and per period with lines that are not covered or match no rule.
with hierarchies as (
    select
        hierarchy_id, position_id, manager_position_id, from_date, to_date,
        lead(from_date) over (partition by hierarchy_id, position_id order by from_date) as next_from_date
    from conformed.hierarchies
),

managers as (
    select hierarchy_id, position_id, manager_position_id, from_date, to_date
    from credits._managers
),

reporting_lines as (
    select hierarchy_id, position_id, level_number, manager_position_id, from_date, to_date
    from credits._reporting_lines
),

rules as (
    select rule_id, credit_type, alignment_id, team_id, document_file, document_line
    from conformed.plan_rules
),

alignments as (
    select alignment_id
    from conformed.alignments
    group by alignment_id
),

teams as (
    select team_id
    from conformed.team_members
    group by team_id
),

rule_matches as (
    select rule_set_id, period_id, line_id
    from credits._rule_matches
    where is_cost_missing
),

uncredited as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, reason, needed_value, booking_date, period_id
    from credits.uncredited
    where reason in ('nobody_in_team', 'original_not_linked', 'original_unknown', 'original_is_a_return')
),

climbing_rules as (
    select hierarchy_id, max(level_count) as level_count
    from conformed.plan_rules
    where credit_type = 'rollup'
    group by hierarchy_id
),

conservation as (
    select rule_set_id, period_id, currency_code, uncovered_line_count, orphaned_amount, over_credited_amount
    from credits.conservation
),

unmatched_lines as (
    select document_type, period_id, line_count
    from credits.unmatched_lines
),

uncovered as (
    select
        rule_set_id, period_id,
        sum(uncovered_line_count) as line_count
    from conservation
    where orphaned_amount <> 0.0 or over_credited_amount <> 0.0 or uncovered_line_count > 0
    group by rule_set_id, period_id
),

unmatched as (
    select document_type, period_id, sum(line_count) as line_count
    from unmatched_lines
    group by document_type, period_id
),

without_cost as (
    select rule_set_id, period_id, count(line_id) as line_count
    from rule_matches
    group by rule_set_id, period_id
),

empty_teams as (
    select rule_id, period_id, count(line_id) as line_count
    from uncredited
    where reason = 'nobody_in_team'
    group by rule_id, period_id
),

-- A return that several rule sets would follow is one thing to cure.
lost_returns as (
    select source_id, transaction_id, line_id, booking_date, period_id, min(reason) as reason, min(needed_value) as original
    from uncredited
    where reason in ('original_not_linked', 'original_unknown', 'original_is_a_return')
    group by source_id, transaction_id, line_id, booking_date, period_id
),

-- Where the rules climb as far as they can, the seventh level is one too many.
too_deep as (
    select reporting_lines.hierarchy_id, reporting_lines.position_id, min(reporting_lines.from_date) as from_date
    from reporting_lines
    inner join climbing_rules
        on reporting_lines.hierarchy_id = climbing_rules.hierarchy_id
        and climbing_rules.level_count = 6
    where reporting_lines.level_number = 7
    group by reporting_lines.hierarchy_id, reporting_lines.position_id
),

circles as (
    select
        reporting_lines.hierarchy_id, reporting_lines.position_id,
        min(greatest(reporting_lines.from_date, managers.from_date)) as from_date
    from reporting_lines
    inner join managers
        on reporting_lines.hierarchy_id = managers.hierarchy_id
        and reporting_lines.manager_position_id = managers.position_id
        and reporting_lines.position_id = managers.manager_position_id
        and reporting_lines.from_date < managers.to_date
        and managers.from_date < reporting_lines.to_date
    group by reporting_lines.hierarchy_id, reporting_lines.position_id
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
    'unmatched_lines' as exception_kind,
    'document_type' as subject_kind,
    document_type as subject_id,
    period_id,
    cast(line_count as varchar) || ' lines are in the scope of no credit rule' as detail,
    'add their products and document types to a rule set' as cure
from unmatched
union all
select
    'overlapping_managers' as exception_kind,
    'hierarchy' as subject_kind,
    hierarchy_id || '/' || position_id || '/' || cast(from_date as varchar) as subject_id,
    'all' as period_id,
    'manager ' || manager_position_id || ' is joined by another on ' || cast(next_from_date as varchar)
        || ' before the interval ends; the one that began last counts while it lasts' as detail,
    'end the earlier interval where the later one begins' as cure
from hierarchies
where next_from_date < to_date
union all
select
    'own_manager' as exception_kind,
    'hierarchy' as subject_kind,
    hierarchy_id || '/' || position_id || '/' || cast(from_date as varchar) as subject_id,
    'all' as period_id,
    'the position is its own manager; nothing is passed up' as detail,
    'name another manager, or none' as cure
from hierarchies
where position_id = manager_position_id
union all
select
    'hierarchy_too_deep' as exception_kind,
    'hierarchy' as subject_kind,
    hierarchy_id || '/' || position_id as subject_id,
    'all' as period_id,
    'since ' || cast(from_date as varchar) || ' more than six levels stand above the position; credits climb six' as detail,
    'take out levels that are not paid' as cure
from too_deep
union all
select
    'hierarchy_circle' as exception_kind,
    'hierarchy' as subject_kind,
    hierarchy_id || '/' || position_id as subject_id,
    'all' as period_id,
    'since ' || cast(from_date as varchar) || ' those above the position report to it; credits stop where they would meet again'
        as detail,
    'name another manager for one of them' as cure
from circles
union all
select
    'unknown_alignment' as exception_kind,
    'rule' as subject_kind,
    rules.rule_id as subject_id,
    'all' as period_id,
    'alignment ' || rules.alignment_id || ' has no rows; nobody is credited by the rule' as detail,
    'deliver the alignment, or name another in ' || rules.document_file || ':'
        || cast(rules.document_line as varchar) as cure
from rules
left join alignments on rules.alignment_id = alignments.alignment_id
where rules.alignment_id is not null and alignments.alignment_id is null
union all
select
    'unknown_team' as exception_kind,
    'rule' as subject_kind,
    rules.rule_id as subject_id,
    'all' as period_id,
    'team ' || rules.team_id || ' has no positions; nobody is credited by the rule' as detail,
    'deliver its positions in conformed.team_members, or name another team in ' || rules.document_file || ':'
        || cast(rules.document_line as varchar) as cure
from rules
left join teams on rules.team_id = teams.team_id
where rules.team_id is not null and teams.team_id is null
union all
select
    'empty_team' as exception_kind,
    'rule' as subject_kind,
    rule_id as subject_id,
    period_id,
    cast(line_count as varchar) || ' lines were booked on days on which nobody belonged to the team' as detail,
    'deliver who belonged to the team on these days' as cure
from empty_teams
union all
select
    'missing_cost' as exception_kind,
    'rule_set' as subject_kind,
    rule_set_id as subject_id,
    period_id,
    cast(line_count as varchar) || ' lines have no cost, so that a rule that asks for a margin cannot take them' as detail,
    'deliver the cost of these lines, or take the margin out of the rule' as cure
from without_cost
union all
select
    reason as exception_kind,
    'transaction' as subject_kind,
    source_id || '/' || transaction_id || '/' || line_id as subject_id,
    period_id,
    case
        when reason = 'original_not_linked' then 'the return of ' || cast(booking_date as varchar)
            || ' names no sale that it takes back; nobody is credited'
        when reason = 'original_unknown' then 'the return of ' || cast(booking_date as varchar) || ' takes back '
            || original || ', which is not known on that day; nobody is credited'
        else 'the return of ' || cast(booking_date as varchar) || ' takes back ' || original
            || ', which is a return itself; nobody is credited'
    end as detail,
    'link it in conformed.transaction_links to a sale that was booked before it' as cure
from lost_returns
