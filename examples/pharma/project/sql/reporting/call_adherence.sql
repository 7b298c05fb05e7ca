-- One row per seat and month with a call plan: what was planned, and what of it was done.
with call_targets as (
    select position_id, account_id, period_id, planned_count
    from conformed.call_targets
),

calls as (
    select call_id, position_id, account_id, period_id
    from conformed.calls
),

positions as (
    select position_id, position_title, unit_id, team_id
    from conformed.positions
),

made as (
    select position_id, account_id, period_id, count(call_id) as made_count
    from calls
    group by position_id, account_id, period_id
),

all_made as (
    select position_id, period_id, sum(made_count) as made_count
    from made
    group by position_id, period_id
),

-- Calls above the plan of a physician do not make up for another's.
planned as (
    select
        call_targets.position_id, call_targets.period_id,
        count(call_targets.account_id) as target_count,
        sum(case when made.made_count is null then 0 else 1 end) as seen_count,
        sum(call_targets.planned_count) as planned_count,
        sum(least(coalesce(made.made_count, 0), call_targets.planned_count)) as on_plan_count
    from call_targets
    left join made
        on call_targets.position_id = made.position_id
        and call_targets.account_id = made.account_id
        and call_targets.period_id = made.period_id
    group by call_targets.position_id, call_targets.period_id
)

select
    planned.position_id,
    planned.period_id,
    positions.position_title,
    positions.unit_id,
    positions.team_id,
    planned.target_count,
    planned.seen_count,
    planned.planned_count,
    planned.on_plan_count,
    coalesce(all_made.made_count, 0) - planned.on_plan_count as beside_plan_count,
    ratio(planned.on_plan_count, planned.planned_count, 6) as adherence_rate,
    ratio(planned.seen_count, planned.target_count, 6) as coverage_rate
from planned
inner join positions on planned.position_id = positions.position_id
left join all_made
    on planned.position_id = all_made.position_id
    and planned.period_id = all_made.period_id
