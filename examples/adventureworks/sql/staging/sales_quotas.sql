-- One row per rep and quarter with a quota.
with sales_quotas as (
    select employee_key, quota_at, quota_amount
    from landed.quota_sales_quotas
)
select
    employee_key,
    cast(quota_at as date) as quota_date,
    quota_amount
from sales_quotas
