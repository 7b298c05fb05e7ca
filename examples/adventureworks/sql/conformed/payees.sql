-- One row per payee.
with sales_force as (
    select payee_id, salesperson_name
    from conformed.sales_force
)
select
    payee_id,
    salesperson_name as payee_name,
    'USD' as currency_code
from sales_force
