-- One row per seat, payee and unbroken spell.
with seats as (
    select position_id, payee_id, from_date, to_date
    from conformed.seats
),
sales_force as (
    select position_id, payee_id, role_id
    from conformed.sales_force
),
department_history as (
    select employee_number, department_id, start_date, end_date
    from staging.department_history
),
leader_spells as (
    select
        sales_force.position_id,
        sales_force.payee_id,
        cast(department_history.start_date + interval '2223' day as date) as from_date,
        coalesce(cast(department_history.end_date + interval '2224' day as date), date '9999-12-31') as to_date
    from department_history
    inner join sales_force on sales_force.payee_id = department_history.employee_number
    where department_history.department_id = '3' and sales_force.role_id <> 'representative'
),
spells as (
    select position_id, payee_id, from_date, to_date from seats
    union all
    select position_id, payee_id, from_date, to_date from leader_spells
),
spells_with_end_before as (
    select
        position_id,
        payee_id,
        from_date,
        to_date,
        max(to_date) over (
            partition by position_id, payee_id
            order by from_date
            rows between unbounded preceding and 1 preceding
        ) as end_before_date
    from spells
),
numbered_spells as (
    select
        position_id,
        payee_id,
        from_date,
        to_date,
        count(case when end_before_date >= from_date then null else 1 end) over (
            partition by position_id, payee_id
            order by from_date
            rows between unbounded preceding and current row
        ) as spell_number
    from spells_with_end_before
)
select
    position_id,
    payee_id,
    min(from_date) as from_date,
    max(to_date) as to_date,
    cast(1 as decimal(18, 6)) as share_rate
from numbered_spells
group by position_id, payee_id, spell_number
