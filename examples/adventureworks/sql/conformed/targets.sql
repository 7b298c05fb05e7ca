-- One row per set, seat and period with a target.
with sales_quotas as (
    select employee_key, quota_date, quota_amount
    from staging.sales_quotas
),
monthly_targets as (
    select employee_id, target_month_date, target_amount
    from staging.monthly_targets
),
quota_quarters as (
    select quota_date, period_id
    from conformed._quota_quarters
),
sales_force as (
    select position_id, employee_key, employee_id, role_id, organization_path
    from conformed.sales_force
),
days as (
    select day_date, period_id
    from conformed.days
),
quotas as (
    select
        sales_force.position_id,
        sales_force.organization_path,
        quota_quarters.period_id,
        sales_quotas.quota_amount as target_amount
    from sales_quotas
    inner join quota_quarters on quota_quarters.quota_date = sales_quotas.quota_date
    inner join sales_force on sales_force.employee_key = sales_quotas.employee_key
),
team_quotas as (
    select
        leaders.position_id,
        quotas.period_id,
        cast(sum(quotas.target_amount) as decimal(19, 4)) as target_amount
    from sales_force as leaders
    inner join quotas on starts_with(quotas.organization_path, leaders.organization_path)
    where leaders.role_id <> 'representative'
    group by leaders.position_id, quotas.period_id
),
all_targets as (
    select 'quota' as target_set_id, position_id, period_id, target_amount from quotas
    union all
    select 'team_quota' as target_set_id, position_id, period_id, target_amount from team_quotas
    union all
    select
        'monthly' as target_set_id,
        sales_force.position_id,
        days.period_id,
        monthly_targets.target_amount
    from monthly_targets
    inner join sales_force on sales_force.employee_id = monthly_targets.employee_id
    inner join days on days.day_date = monthly_targets.target_month_date
)
select
    target_set_id,
    position_id,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    'value' as measure_unit,
    period_id,
    target_amount
from all_targets
