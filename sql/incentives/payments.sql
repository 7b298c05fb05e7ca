-- One row per payee, pay run and currency: the sum to pay.
with deposits as (
    select payee_id, currency_code, period_id, is_complete, deposit_amount
    from incentives.deposits
),

periods as (
    select period_id, period_kind, to_date
    from conformed.periods
),

runs as (
    select
        deposits.payee_id, deposits.currency_code, deposits.period_id, deposits.is_complete, periods.to_date,
        case when periods.period_kind = 'base' then 1 when periods.period_kind = 'quarter' then 2 else 3 end as kind_number,
        sum(deposits.deposit_amount) as deposit_amount
    from deposits
    inner join periods on deposits.period_id = periods.period_id
    group by
        deposits.payee_id, deposits.currency_code, deposits.period_id, deposits.is_complete, periods.to_date,
        periods.period_kind
),

-- Runs follow each other by the end of their periods, the shorter period first.
due as (
    select
        payee_id, currency_code, period_id, is_complete, to_date, kind_number, deposit_amount,
        sum(deposit_amount) over (
            partition by payee_id, currency_code
            order by to_date, kind_number, period_id
            rows between unbounded preceding and current row
        ) as due_amount
    from runs
),

-- A payment is never negative, so what has been paid is the highest sum that was ever due.
paid as (
    select
        payee_id, currency_code, period_id, is_complete, to_date, kind_number, deposit_amount, due_amount,
        greatest(
            max(due_amount) over (
                partition by payee_id, currency_code
                order by to_date, kind_number, period_id
                rows between unbounded preceding and current row
            ),
            0.0000
        ) as paid_amount
    from due
),

followed as (
    select
        payee_id, currency_code, period_id, is_complete, deposit_amount, due_amount, paid_amount,
        coalesce(
            lag(paid_amount) over (partition by payee_id, currency_code order by to_date, kind_number, period_id), 0.0000
        ) as paid_before_amount
    from paid
)

select
    payee_id,
    period_id as pay_run_id,
    currency_code,
    period_id,
    is_complete,
    cast(due_amount - deposit_amount - paid_before_amount as decimal(19, 4)) as opening_balance_amount,
    cast(deposit_amount as decimal(19, 4)) as deposit_amount,
    cast(paid_amount - paid_before_amount as decimal(19, 4)) as payment_amount,
    cast(due_amount - paid_amount as decimal(19, 4)) as closing_balance_amount
from followed
