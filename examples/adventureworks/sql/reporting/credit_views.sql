-- One row per month and seat with credits of either view.
with credits as (
    select rule_set_id, credit_type, period_id, position_id, credited_amount
    from credits.credits
),
sales_force as (
    select position_id, salesperson_name
    from conformed.sales_force
),
views as (
    select
        period_id,
        position_id,
        case when rule_set_id = 'by-rep' then credited_amount else 0 end as by_rep_amount,
        case when rule_set_id = 'by-region' then credited_amount else 0 end as by_region_amount
    from credits
    where credit_type in ('split', 'direct')
),
totals as (
    select
        period_id,
        position_id,
        cast(sum(by_rep_amount) as decimal(38, 10)) as by_rep_amount,
        cast(sum(by_region_amount) as decimal(38, 10)) as by_region_amount
    from views
    group by period_id, position_id
)
select
    totals.period_id,
    totals.position_id,
    sales_force.salesperson_name,
    totals.by_rep_amount,
    totals.by_region_amount,
    cast(totals.by_region_amount - totals.by_rep_amount as decimal(38, 10)) as difference_amount
from totals
inner join sales_force on sales_force.position_id = totals.position_id
