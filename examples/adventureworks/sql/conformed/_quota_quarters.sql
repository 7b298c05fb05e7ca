-- One row per date of the quota file.
with sales_quotas as (
    select quota_date
    from staging.sales_quotas
),
order_lines as (
    select order_date
    from staging.order_lines
),
periods as (
    select period_id, to_date
    from conformed.periods
    where period_kind = 'quarter'
),
first_order as (
    select min(order_date) as first_order_date
    from order_lines
),
quota_dates as (
    select quota_date
    from sales_quotas
    group by quota_date
),
numbered_dates as (
    select quota_date, row_number() over (order by quota_date) as number
    from quota_dates
),
numbered_quarters as (
    select periods.period_id, row_number() over (order by periods.to_date) as number
    from periods
    cross join first_order
    where periods.to_date > first_order.first_order_date
)
select numbered_dates.quota_date, numbered_quarters.period_id
from numbered_dates
inner join numbered_quarters on numbered_quarters.number = numbered_dates.number
