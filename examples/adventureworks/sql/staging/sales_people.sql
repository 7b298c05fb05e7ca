-- One row per salesperson with pay terms.
with sales_people as (
    select employee_number, territory_id, bonus_amount, commission_rate
    from landed.hr_sales_people
)
select employee_number, territory_id, bonus_amount, commission_rate
from sales_people
