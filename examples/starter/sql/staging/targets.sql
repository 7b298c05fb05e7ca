-- One row per seat and month.
with targets as (
    select seat_id, period_id, target_amount
    from landed.planning_targets
)
select seat_id, period_id, target_amount
from targets
