-- One row per person and first day in a pay group.
with landed_recovery_groups as (
    select employee_number, group_name, from_date, last_date, may_be_negative, limit_amount
    from landed.finance_pay_groups
)

select
    landed_recovery_groups.employee_number as payee_id,
    landed_recovery_groups.from_date,
    case
        when landed_recovery_groups.last_date = date '9999-12-31' then landed_recovery_groups.last_date
        else landed_recovery_groups.last_date + interval '1 day'
    end as to_date,
    landed_recovery_groups.group_name as pay_group_id,
    landed_recovery_groups.may_be_negative,
    cast(landed_recovery_groups.limit_amount as decimal(19, 4)) as recovery_limit_amount
from landed_recovery_groups
