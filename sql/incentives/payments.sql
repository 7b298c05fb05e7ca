-- One row per payee, pay run and currency: the sum to pay.
with runs as (
    select
        payee_id, currency_code, period_id, is_complete, run_number, deposit_amount, may_be_negative,
        recovery_limit_amount
    from incentives._payee_runs
),

-- A run whose payment may be negative leaves nothing behind, so what is carried begins anew after it.
stretches as (
    select
        payee_id, currency_code, period_id, is_complete, run_number, deposit_amount, may_be_negative,
        recovery_limit_amount,
        sum(case when may_be_negative then 1 else 0 end) over (
            partition by payee_id, currency_code
            order by run_number
            rows between unbounded preceding and current row
        ) - case when may_be_negative then 1 else 0 end as stretch_number
    from runs
),

-- What is owed changes by what is due, of which no more than the limit recovers.
summed as (
    select
        payee_id, currency_code, period_id, is_complete, run_number, deposit_amount, may_be_negative, stretch_number,
        sum(least(deposit_amount, coalesce(recovery_limit_amount, deposit_amount))) over (
            partition by payee_id, currency_code, stretch_number
            order by run_number
            rows between unbounded preceding and current row
        ) as sum_amount
    from stretches
),

-- owed = max(0, owed before - change), folded over the runs: the highest sum so far less the sum.
owed as (
    select
        payee_id, currency_code, period_id, is_complete, run_number, deposit_amount,
        case
            when may_be_negative then 0.0000
            else greatest(
                max(sum_amount) over (
                    partition by payee_id, currency_code, stretch_number
                    order by run_number
                    rows between unbounded preceding and current row
                ),
                0.0000
            ) - sum_amount
        end as owed_amount
    from summed
),

followed as (
    select
        payee_id, currency_code, period_id, is_complete, deposit_amount, owed_amount,
        coalesce(lag(owed_amount) over (partition by payee_id, currency_code order by run_number), 0.0000)
            as owed_before_amount
    from owed
)

select
    payee_id,
    period_id as pay_run_id,
    currency_code,
    period_id,
    is_complete,
    cast(0.0000 - owed_before_amount as decimal(19, 4)) as opening_balance_amount,
    cast(deposit_amount as decimal(19, 4)) as deposit_amount,
    cast(deposit_amount + owed_amount - owed_before_amount as decimal(19, 4)) as payment_amount,
    cast(0.0000 - owed_amount as decimal(19, 4)) as closing_balance_amount
from followed
