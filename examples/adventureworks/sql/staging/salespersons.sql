-- One row per salesperson of the ERP.
with salespersons as (
    select employee_key, employee_id, title, salesperson_name
    from landed.erp_salespersons
)
select employee_key, employee_id, title, salesperson_name
from salespersons
