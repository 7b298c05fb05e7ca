-- One row per position and period for which calls are planned, and unit: what the calls of that period come to. A target is an account to call on in the period.
with call_targets as (
    select position_id, account_id, period_id, planned_count
    from conformed.call_targets
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

calls as (
    select position_id, account_id, period_id, count(call_id) as made_count
    from conformed.calls
    group by position_id, account_id, period_id
),

called_targets as (
    select
        call_targets.position_id, call_targets.account_id, call_targets.period_id, call_targets.planned_count,
        coalesce(sum(calls.made_count), 0) as made_count
    from call_targets
    left join windows on call_targets.period_id = windows.period_id
    left join calls
        on call_targets.position_id = calls.position_id
        and call_targets.account_id = calls.account_id
        and windows.base_period_id = calls.period_id
    group by call_targets.position_id, call_targets.account_id, call_targets.period_id, call_targets.planned_count
),

-- Calls beyond the plan of one target don't make up for another's.
summed as (
    select
        position_id, period_id, sum(least(made_count, planned_count)) as calls_on_plan_count,
        sum(planned_count) as calls_planned_count, sum(case when made_count > 0 then 1 else 0 end) as targets_seen_count,
        count(account_id) as target_count, sum(made_count) as calls_made_count
    from called_targets
    group by position_id, period_id
)

select position_id, period_id, 'calls_on_plan' as measure_unit, cast(calls_on_plan_count as decimal(38, 10)) as call_value
from summed
union all
select position_id, period_id, 'calls_planned' as measure_unit, cast(calls_planned_count as decimal(38, 10)) as call_value
from summed
union all
select position_id, period_id, 'targets_seen' as measure_unit, cast(targets_seen_count as decimal(38, 10)) as call_value
from summed
union all
select position_id, period_id, 'target_count' as measure_unit, cast(target_count as decimal(38, 10)) as call_value
from summed
union all
select position_id, period_id, 'calls_made' as measure_unit, cast(calls_made_count as decimal(38, 10)) as call_value
from summed
