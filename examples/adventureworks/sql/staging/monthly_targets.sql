-- One row per rep and month with a target.
with targets as (
    select employee_id, target_month_date, target_amount
    from landed.erp_targets
)
select employee_id, target_month_date, target_amount
from targets
