-- One row per person and first day in a pay group.
with recovery_groups as (
    select payee_id, from_date, to_date, pay_group_id, may_be_negative, recovery_limit_amount
    from staging.recovery_groups
)

select
    recovery_groups.payee_id,
    recovery_groups.from_date,
    recovery_groups.to_date,
    recovery_groups.pay_group_id,
    recovery_groups.may_be_negative,
    recovery_groups.recovery_limit_amount
from recovery_groups
