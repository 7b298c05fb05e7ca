-- One row per payee and interval of leave. A project that has them replaces this model.
select
    '' as payee_id,
    cast('0001-01-01' as date) as from_date,
    cast('0001-01-01' as date) as to_date,
    '' as leave_kind
where false
