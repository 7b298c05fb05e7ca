-- One row per seat, physician and month of a call plan.
with planned_calls as (
    select position_id, account_id, period_id, planned_count
    from staging.planned_calls
)

select
    planned_calls.position_id,
    planned_calls.account_id,
    planned_calls.period_id,
    planned_calls.planned_count
from planned_calls
