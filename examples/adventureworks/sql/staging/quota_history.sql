-- One row per rep and quarter with a quota, by HR.
with quota_history as (
    select employee_number, quota_at, quota_amount
    from landed.hr_quota_history
)
select
    employee_number,
    cast(quota_at as date) as quota_date,
    quota_amount
from quota_history
