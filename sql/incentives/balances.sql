-- One row per payee, balance type, currency, period and period of origin: what is carried to the next pay run.
with payments as (
    select payee_id, currency_code, period_id, opening_balance_amount, closing_balance_amount, deposit_amount, payment_amount
    from incentives.payments
),

periods as (
    select period_id, period_kind, to_date
    from conformed.periods
),

ordered as (
    select
        payments.payee_id, payments.currency_code, payments.period_id, payments.opening_balance_amount,
        payments.closing_balance_amount, payments.deposit_amount, payments.payment_amount, periods.to_date,
        case when periods.period_kind = 'base' then 1 when periods.period_kind = 'quarter' then 2 else 3 end as kind_number
    from payments
    inner join periods on payments.period_id = periods.period_id
),

-- A balance begins in a run that opens without one.
begun as (
    select
        payee_id, currency_code, period_id, opening_balance_amount, closing_balance_amount, deposit_amount,
        payment_amount,
        last_value(case when opening_balance_amount = 0.0 then period_id else null end) ignore nulls over (
            partition by payee_id, currency_code
            order by to_date, kind_number, period_id
            rows between unbounded preceding and current row
        ) as origin_period_id
    from ordered
)

select
    payee_id,
    'negative_result' as balance_type,
    currency_code,
    period_id,
    origin_period_id,
    opening_balance_amount,
    cast(closing_balance_amount - opening_balance_amount as decimal(19, 4)) as change_amount,
    closing_balance_amount
from begun
where opening_balance_amount <> 0.0 or closing_balance_amount <> 0.0
