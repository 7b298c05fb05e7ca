-- One row per contradiction about targets or pay terms.
with transactions as (
    select named_position_id, period_id, net_amount
    from conformed.transactions
),
periods as (
    select period_id, quarter_id
    from conformed.periods
    where period_kind = 'base'
),
targets as (
    select target_set_id, position_id, period_id
    from conformed.targets
),
sales_quotas as (
    select employee_key, quota_date, quota_amount
    from staging.sales_quotas
),
quota_quarters as (
    select quota_date, period_id
    from conformed._quota_quarters
),
quota_history as (
    select employee_number, quota_date, quota_amount
    from staging.quota_history
),
sales_force as (
    select position_id, payee_id, employee_key
    from conformed.sales_force
),
occupancies as (
    select payee_id, from_date
    from conformed.occupancies
),
pay_terms as (
    select payee_id
    from conformed.pay_terms
),
days as (
    select day_date, period_id, quarter_id
    from conformed.days
),
sales_by_month as (
    select named_position_id as position_id, period_id, sum(net_amount) as net_amount
    from transactions
    group by named_position_id, period_id
),
sales_by_quarter as (
    select sales_by_month.position_id, periods.quarter_id as period_id, sum(sales_by_month.net_amount) as net_amount
    from sales_by_month
    inner join periods on periods.period_id = sales_by_month.period_id
    group by sales_by_month.position_id, periods.quarter_id
),
sales_without_target as (
    select
        'sales_without_monthly_target' as exception_kind,
        'position' as subject_kind,
        sales_by_month.position_id as subject_id,
        sales_by_month.period_id,
        concat(
            '`', sales_by_month.position_id, '` sold for ',
            cast(round_to(sales_by_month.net_amount, 2) as varchar), ' USD in a month without a target'
        ) as detail,
        'add the month to erp/Targets.csv' as cure
    from sales_by_month
    left join targets
        on targets.target_set_id = 'monthly'
        and targets.position_id = sales_by_month.position_id
        and targets.period_id = sales_by_month.period_id
    where targets.position_id is null
),
sales_without_quota as (
    select
        'sales_without_quota' as exception_kind,
        'position' as subject_kind,
        sales_by_quarter.position_id as subject_id,
        sales_by_quarter.period_id,
        concat(
            '`', sales_by_quarter.position_id, '` sold for ',
            cast(round_to(sales_by_quarter.net_amount, 2) as varchar), ' USD in a quarter without a quota'
        ) as detail,
        'add the quarter to quota/FactSalesQuota.csv' as cure
    from sales_by_quarter
    left join targets
        on targets.target_set_id = 'quota'
        and targets.position_id = sales_by_quarter.position_id
        and targets.period_id = sales_by_quarter.period_id
    where targets.position_id is null
),
planned_quotas as (
    select sales_force.payee_id, quota_quarters.period_id, sales_quotas.quota_amount
    from sales_quotas
    inner join quota_quarters on quota_quarters.quota_date = sales_quotas.quota_date
    inner join sales_force on sales_force.employee_key = sales_quotas.employee_key
),
hr_quotas as (
    select quota_history.employee_number as payee_id, days.quarter_id as period_id, quota_history.quota_amount
    from quota_history
    inner join days on days.day_date = cast(quota_history.quota_date - interval '1794' day as date)
),
disagreeing_quotas as (
    select
        'quota_disagrees' as exception_kind,
        'payee' as subject_kind,
        coalesce(planned_quotas.payee_id, hr_quotas.payee_id) as subject_id,
        coalesce(planned_quotas.period_id, hr_quotas.period_id) as period_id,
        concat(
            'planning says ', coalesce(cast(planned_quotas.quota_amount as varchar), 'nothing'),
            ', HR says ', coalesce(cast(hr_quotas.quota_amount as varchar), 'nothing')
        ) as detail,
        'correct quota/FactSalesQuota.csv or hr/SalesPersonQuotaHistory.csv' as cure
    from planned_quotas
    full outer join hr_quotas
        on hr_quotas.payee_id = planned_quotas.payee_id
        and hr_quotas.period_id = planned_quotas.period_id
    where coalesce(planned_quotas.quota_amount, -1) <> coalesce(hr_quotas.quota_amount, -1)
),
payees_without_terms as (
    select
        'pay_terms_missing' as exception_kind,
        'payee' as subject_kind,
        occupancies.payee_id as subject_id,
        days.period_id,
        concat('`', occupancies.payee_id, '` holds a seat but has no commission rate and no bonus') as detail,
        'add the payee to hr/SalesPerson.csv; the plan of the sales director needs neither' as cure
    from occupancies
    inner join days on days.day_date = occupancies.from_date
    left join pay_terms on pay_terms.payee_id = occupancies.payee_id
    where pay_terms.payee_id is null
)
select exception_kind, subject_kind, subject_id, period_id, detail, cure from sales_without_target
union all
select exception_kind, subject_kind, subject_id, period_id, detail, cure from sales_without_quota
union all
select exception_kind, subject_kind, subject_id, period_id, detail, cure from disagreeing_quotas
union all
select exception_kind, subject_kind, subject_id, period_id, detail, cure from payees_without_terms
