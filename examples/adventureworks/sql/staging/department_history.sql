-- One row per employee, department and first day.
with department_history as (
    select employee_number, department_id, start_date, end_date
    from landed.hr_department_history
)
select employee_number, department_id, start_date, end_date
from department_history
