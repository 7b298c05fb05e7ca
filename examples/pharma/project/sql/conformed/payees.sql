-- One row per person of the field force.
with employees as (
    select payee_id, payee_name, currency_code
    from staging.employees
)

select
    employees.payee_id,
    employees.payee_name,
    employees.currency_code
from employees
