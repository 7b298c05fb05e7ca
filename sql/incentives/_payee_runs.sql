-- One row per payee, pay run and currency with deposits: their sum, and what the payee's pay group allows in the run.
with deposits as (
    select payee_id, currency_code, period_id, is_complete, deposit_amount
    from incentives.deposits
),

runs as (
    select period_id, run_number, to_date
    from incentives._pay_runs
),

pay_groups as (
    select payee_id, from_date, to_date, may_be_negative, recovery_limit_amount
    from conformed.pay_groups
),

sums as (
    select payee_id, currency_code, period_id, is_complete, sum(deposit_amount) as deposit_amount
    from deposits
    group by payee_id, currency_code, period_id, is_complete
),

-- The group of the run's last day; of several the one that began last.
grouped as (
    select
        sums.payee_id, sums.currency_code, sums.period_id, sums.is_complete, sums.deposit_amount, runs.run_number,
        pay_groups.may_be_negative, pay_groups.recovery_limit_amount,
        row_number() over (
            partition by sums.payee_id, sums.currency_code, sums.period_id
            order by pay_groups.from_date desc nulls last
        ) as group_number
    from sums
    inner join runs on sums.period_id = runs.period_id
    left join pay_groups
        on sums.payee_id = pay_groups.payee_id
        and pay_groups.from_date < runs.to_date
        and pay_groups.to_date >= runs.to_date
)

select
    payee_id,
    currency_code,
    period_id,
    is_complete,
    run_number,
    cast(deposit_amount as decimal(38, 4)) as deposit_amount,
    coalesce(may_be_negative, false) as may_be_negative,
    recovery_limit_amount
from grouped
where group_number = 1
