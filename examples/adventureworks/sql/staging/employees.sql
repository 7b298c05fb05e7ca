-- One row per employee.
-- A hierarchyid is a string of bits, delivered in hexadecimal. Each hexadecimal digit becomes four letters
-- (z for 0, o for 1, so that no digit is replaced twice); the zeros that fill the last byte are cut off.
-- Every label of a hierarchyid ends in a one, so what is left is the path itself.
with employees as (
    select employee_number, employee_id, organization_node, organization_level
    from landed.hr_employees
),
first_digits as (
    select
        employee_number, employee_id, organization_level,
        replace(
            replace(replace(replace(coalesce(organization_node, ''), '0', 'zzzz'), '1', 'zzzo'), '2', 'zzoz'),
            '3', 'zzoo'
        ) as node
    from employees
),
second_digits as (
    select
        employee_number, employee_id, organization_level,
        replace(replace(replace(replace(node, '4', 'zozz'), '5', 'zozo'), '6', 'zooz'), '7', 'zooo') as node
    from first_digits
),
third_digits as (
    select
        employee_number, employee_id, organization_level,
        replace(replace(replace(replace(node, '8', 'ozzz'), '9', 'ozzo'), 'A', 'ozoz'), 'B', 'ozoo') as node
    from second_digits
),
all_digits as (
    select
        employee_number, employee_id, organization_level,
        replace(replace(replace(replace(node, 'C', 'oozz'), 'D', 'oozo'), 'E', 'oooz'), 'F', 'oooo') as node
    from third_digits
)
select
    employee_number,
    employee_id,
    replace(replace(rtrim(node, 'z'), 'z', '0'), 'o', '1') as organization_path,
    coalesce(organization_level, 0) as organization_level
from all_digits
