-- One row per unit, brand and month.
with unit_budgets as (
    select unit_id, brand_id, period_id, sales_amount, incentive_amount
    from staging.unit_budgets
)

select
    unit_budgets.unit_id,
    unit_budgets.brand_id,
    unit_budgets.period_id,
    unit_budgets.sales_amount,
    unit_budgets.incentive_amount
from unit_budgets
