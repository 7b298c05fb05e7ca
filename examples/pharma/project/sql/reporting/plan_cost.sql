-- One row per business unit (or country, for those who lead one) and quarter: what the plans cost, at the rates of the budget, against the money that is there for it.
with plan_totals as (
    select position_id, payee_id, period_id, currency_code, total_amount
    from incentives.plan_totals
),

positions as (
    select position_id, unit_id
    from conformed.positions
),

units as (
    select unit_id, currency_code
    from conformed.units
),

budgets as (
    select unit_id, period_id, incentive_amount
    from conformed.budgets
),

periods as (
    select period_id, quarter_id, to_date
    from conformed.periods
),

rates as (
    select from_currency_code, to_currency_code, from_date, to_date, exchange_rate
    from conformed.exchange_rates
    where rate_type = 'budget'
),

-- What is paid for a year stands in the quarter that ends it.
quarters as (
    select
        periods.period_id, periods.to_date,
        coalesce(periods.quarter_id, concat(substr(periods.period_id, 1, 4), '-Q4')) as quarter_id
    from periods
),

earned as (
    select
        positions.unit_id, quarters.quarter_id, plan_totals.payee_id,
        coalesce(units.currency_code, plan_totals.currency_code) as currency_code,
        case
            when plan_totals.currency_code = coalesce(units.currency_code, plan_totals.currency_code)
                then cast(plan_totals.total_amount as decimal(38, 10))
            else times(plan_totals.total_amount, rates.exchange_rate)
        end as earned_amount
    from plan_totals
    inner join positions on plan_totals.position_id = positions.position_id
    inner join quarters on plan_totals.period_id = quarters.period_id
    left join units on positions.unit_id = units.unit_id
    left join rates
        on plan_totals.currency_code = rates.from_currency_code
        and units.currency_code = rates.to_currency_code
        and quarters.to_date > rates.from_date
        and quarters.to_date <= rates.to_date
),

payee_costs as (
    select
        unit_id, quarter_id, currency_code, payee_id, sum(earned_amount) as earned_amount,
        count(*) - count(earned_amount) as unknown_count
    from earned
    group by unit_id, quarter_id, currency_code, payee_id
),

-- An amount without a rate leaves its quarter without a sum.
costs as (
    select
        unit_id, quarter_id, currency_code,
        case when sum(unknown_count) = 0 then sum(earned_amount) else null end as earned_amount,
        count(payee_id) as payee_count
    from payee_costs
    group by unit_id, quarter_id, currency_code
),

budgeted as (
    select budgets.unit_id, quarters.quarter_id, sum(budgets.incentive_amount) as budget_amount
    from budgets
    inner join quarters on budgets.period_id = quarters.period_id
    group by budgets.unit_id, quarters.quarter_id
)

select
    costs.unit_id,
    costs.quarter_id as period_id,
    costs.currency_code,
    costs.payee_count,
    round_money(costs.earned_amount, 2, 'half_up') as earned_amount,
    cast(budgeted.budget_amount as decimal(19, 4)) as budget_amount,
    cast(budgeted.budget_amount - round_money(costs.earned_amount, 2, 'half_up') as decimal(19, 4)) as left_amount,
    cast(ratio(costs.earned_amount, budgeted.budget_amount, 6) as decimal(18, 6)) as used_rate
from costs
left join budgeted
    on costs.unit_id = budgeted.unit_id
    and costs.quarter_id = budgeted.quarter_id
