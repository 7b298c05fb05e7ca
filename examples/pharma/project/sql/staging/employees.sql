-- One row per person of the field force.
with landed_employees as (
    select 'EUR' as currency_code, employee_number, employee_name, hired_date
    from landed.de_employees
    union all
    select 'PLN' as currency_code, employee_number, employee_name, hired_date
    from landed.pl_employees
)

select
    landed_employees.employee_number as payee_id,
    landed_employees.employee_name as payee_name,
    landed_employees.hired_date,
    landed_employees.currency_code
from landed_employees
