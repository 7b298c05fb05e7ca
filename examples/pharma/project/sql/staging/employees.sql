-- One row per person of the field force.
with landed_employees as (
    select employee_number, employee_name, hired_date
    from landed.hr_employees
)

select
    landed_employees.employee_number as payee_id,
    landed_employees.employee_name as payee_name,
    landed_employees.hired_date
from landed_employees
