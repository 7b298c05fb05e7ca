-- One row per person of the field force.
with employees as (
    select payee_id, payee_name
    from staging.employees
)

select
    employees.payee_id,
    employees.payee_name,
    'EUR' as currency_code
from employees
