-- One row per seat, physician and month with calls planned.
with landed_plan as (
    select position_number, physician_number, period_id, planned_count
    from landed.crm_call_plan
)

select
    landed_plan.position_number as position_id,
    landed_plan.physician_number as account_id,
    landed_plan.period_id,
    landed_plan.planned_count
from landed_plan
