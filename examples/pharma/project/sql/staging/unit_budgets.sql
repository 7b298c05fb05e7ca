-- One row per unit, brand and month.
with landed_budgets as (
    select unit_number, brand_name, month_text, sales_amount, incentive_amount
    from landed.de_budgets
    union all
    select unit_number, brand_name, month_text, sales_amount, incentive_amount
    from landed.pl_budgets
)

select
    landed_budgets.unit_number as unit_id,
    landed_budgets.brand_name as brand_id,
    concat(substr(landed_budgets.month_text, 4, 4), '-', substr(landed_budgets.month_text, 1, 2)) as period_id,
    cast(landed_budgets.sales_amount as decimal(19, 4)) as sales_amount,
    cast(landed_budgets.incentive_amount as decimal(19, 4)) as incentive_amount
from landed_budgets
