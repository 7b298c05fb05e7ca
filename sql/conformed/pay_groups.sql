-- One row per payee and interval in a pay group. A project that has them replaces this model.
select
    '' as payee_id,
    cast('0001-01-01' as date) as from_date,
    cast('0001-01-01' as date) as to_date,
    '' as pay_group_id,
    false as may_be_negative,
    cast(0.0000 as decimal(19, 4)) as recovery_limit_amount
where false
