-- One row per payee, balance type, currency, period and period of origin: what is carried to the next pay run.
with receivables as (
    select payee_id, balance_type, currency_code, period_id, origin_period_id, arisen_amount, settled_amount
    from incentives.receivables
),

lines as (
    select payee_id, plan_currency_code, period_id, origin_period_id, plan_amount
    from incentives.deposit_lines
    where cause = 'held' or cause = 'released'
),

clawbacks as (
    select
        payee_id, currency_code, period_id, event_period_id, origin_period_id, installment_number, clawback_amount,
        installment_amount
    from incentives.clawbacks
),

begun_runs as (
    select period_id, period_kind, run_number
    from incentives._begun_runs
),

paid_runs as (
    select payee_id, currency_code, period_id
    from incentives.deposits
    group by payee_id, currency_code, period_id
),

-- Above zero is owed to the payee, below zero by the payee.
moves as (
    select payee_id, balance_type, currency_code, period_id, origin_period_id,
        case when balance_type = 'deferred_cap' then arisen_amount - settled_amount else settled_amount - arisen_amount end
            as change_amount
    from receivables
    union all
    select payee_id, 'held' as balance_type, plan_currency_code as currency_code, period_id, origin_period_id,
        0.0000 - plan_amount as change_amount
    from lines
    union all
    select payee_id, 'clawback' as balance_type, currency_code, event_period_id as period_id, origin_period_id,
        0.0000 - clawback_amount as change_amount
    from clawbacks
    where installment_number = 1
    union all
    select payee_id, 'clawback' as balance_type, currency_code, period_id, origin_period_id,
        installment_amount as change_amount
    from clawbacks
),

changes as (
    select
        moves.payee_id, moves.balance_type, moves.currency_code, moves.origin_period_id, moves.period_id,
        begun_runs.run_number, sum(moves.change_amount) as change_amount
    from moves
    inner join begun_runs on moves.period_id = begun_runs.period_id
    group by
        moves.payee_id, moves.balance_type, moves.currency_code, moves.origin_period_id, moves.period_id,
        begun_runs.run_number
),

followed as (
    select
        payee_id, balance_type, currency_code, origin_period_id, period_id, run_number, change_amount,
        sum(change_amount) over (
            partition by payee_id, balance_type, currency_code, origin_period_id
            order by run_number
            rows between unbounded preceding and current row
        ) as closing_balance_amount,
        coalesce(
            lead(run_number) over (
                partition by payee_id, balance_type, currency_code, origin_period_id order by run_number
            ),
            1000000000
        ) as next_run_number
    from changes
),

-- What stays as it is is listed in every run of the calendar's own periods, and in those that pay the payee, until it
-- moves.
listed as (
    select payee_id, balance_type, currency_code, origin_period_id, period_id, change_amount, closing_balance_amount
    from followed
    union all
    select
        followed.payee_id, followed.balance_type, followed.currency_code, followed.origin_period_id,
        begun_runs.period_id, 0.0000 as change_amount, followed.closing_balance_amount
    from followed
    inner join begun_runs
        on begun_runs.run_number > followed.run_number
        and begun_runs.run_number < followed.next_run_number
    left join paid_runs
        on followed.payee_id = paid_runs.payee_id
        and followed.currency_code = paid_runs.currency_code
        and begun_runs.period_id = paid_runs.period_id
    where (begun_runs.period_kind = 'base' or paid_runs.period_id is not null) and followed.closing_balance_amount <> 0.0
)

select
    payee_id,
    balance_type,
    currency_code,
    period_id,
    origin_period_id,
    cast(closing_balance_amount - change_amount as decimal(19, 4)) as opening_balance_amount,
    cast(change_amount as decimal(19, 4)) as change_amount,
    cast(closing_balance_amount as decimal(19, 4)) as closing_balance_amount
from listed
where closing_balance_amount <> 0.0 or change_amount <> 0.0
