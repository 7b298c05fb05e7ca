-- One row per payee, pay run and currency: the lines of the payslip, from what was earned to what is paid.
with deposits as (
    select payee_id, currency_code, period_id, cause, deposit_amount
    from incentives.deposits
),

payments as (
    select
        payee_id, currency_code, pay_run_id, period_id, opening_balance_amount, deposit_amount, payment_amount,
        closing_balance_amount
    from incentives.payments
),

payees as (
    select payee_id, payee_name
    from conformed.payees
),

lines as (
    select
        payee_id, currency_code, period_id,
        sum(case when cause in ('earned', 'plan_adjustment') then deposit_amount else 0.0000 end) as earned_amount,
        sum(case when cause in ('guarantee', 'draw') then deposit_amount else 0.0000 end) as advanced_amount,
        sum(case when cause in ('draw_recovery', 'clawback') then deposit_amount else 0.0000 end) as taken_back_amount,
        sum(case when cause in ('held', 'deferred') then deposit_amount else 0.0000 end) as put_off_amount,
        sum(case when cause = 'released' then deposit_amount else 0.0000 end) as released_amount
    from deposits
    group by payee_id, currency_code, period_id
)

select
    payments.payee_id,
    payments.pay_run_id,
    payments.currency_code,
    payments.period_id,
    coalesce(payees.payee_name, payments.payee_id) as payee_name,
    payments.opening_balance_amount,
    cast(coalesce(lines.earned_amount, 0.0000) as decimal(19, 4)) as earned_amount,
    cast(coalesce(lines.advanced_amount, 0.0000) as decimal(19, 4)) as advanced_amount,
    cast(coalesce(lines.taken_back_amount, 0.0000) as decimal(19, 4)) as taken_back_amount,
    cast(coalesce(lines.put_off_amount, 0.0000) as decimal(19, 4)) as put_off_amount,
    cast(coalesce(lines.released_amount, 0.0000) as decimal(19, 4)) as released_amount,
    payments.payment_amount,
    payments.closing_balance_amount
from payments
left join payees on payments.payee_id = payees.payee_id
left join lines
    on payments.payee_id = lines.payee_id
    and payments.currency_code = lines.currency_code
    and payments.period_id = lines.period_id
