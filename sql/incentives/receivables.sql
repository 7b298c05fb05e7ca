-- One row per balance that is worked off oldest first, run in which it arose, and run in which it arises or is settled.
with deposits as (
    select payee_id, currency_code, period_id, origin_period_id, deposit_amount
    from incentives.deposits
),

draws as (
    select payee_id, plan_id, draw_id, period_id, currency_code, top_up_amount, recovered_amount
    from incentives.draws
    where draw_kind = 'recoverable'
),

deferrals as (
    select payee_id, plan_id, period_id, currency_code, deferred_amount + component_deferred_amount as deferred_amount
    from incentives.earnings
    where deferred_amount <> 0.0 or component_deferred_amount <> 0.0
),

runs as (
    select period_id, run_number
    from incentives._pay_runs
),

payee_runs as (
    select payee_id, currency_code, period_id, may_be_negative, recovery_limit_amount
    from incentives._payee_runs
),

-- What falls due in one run and comes from one period is one sum.
nets as (
    select payee_id, currency_code, period_id, origin_period_id, sum(deposit_amount) as net_amount
    from deposits
    group by payee_id, currency_code, period_id, origin_period_id
),

entries as (
    select
        payee_id, 'negative_result' as balance_type, '' as queue_id, currency_code, period_id, origin_period_id,
        greatest(0.0000 - net_amount, 0.0000) as arisen_amount, greatest(net_amount, 0.0000) as available_amount
    from nets
    union all
    select
        payee_id, 'draw' as balance_type, plan_id || '/' || draw_id as queue_id, currency_code, period_id,
        period_id as origin_period_id, top_up_amount as arisen_amount, recovered_amount as available_amount
    from draws
    union all
    select
        payee_id, 'deferred_cap' as balance_type, plan_id as queue_id, currency_code, period_id,
        period_id as origin_period_id, greatest(deferred_amount, 0.0000) as arisen_amount,
        greatest(0.0000 - deferred_amount, 0.0000) as available_amount
    from deferrals
),

numbered as (
    select
        entries.payee_id, entries.balance_type, entries.queue_id, entries.currency_code, entries.period_id,
        entries.origin_period_id, entries.arisen_amount, entries.available_amount, runs.run_number,
        coalesce(origins.run_number, runs.run_number) as origin_number
    from entries
    inner join runs on entries.period_id = runs.period_id
    left join runs as origins on entries.origin_period_id = origins.period_id
),

by_run as (
    select
        payee_id, balance_type, queue_id, currency_code, period_id, run_number,
        sum(arisen_amount) as arisen_amount, sum(available_amount) as available_amount
    from numbered
    group by payee_id, balance_type, queue_id, currency_code, period_id, run_number
),

-- What a negative result recovers goes by the pay group: at most the limit beside what the run itself adds, and all
-- where the payment may be negative.
allowed as (
    select
        by_run.payee_id, by_run.balance_type, by_run.queue_id, by_run.currency_code, by_run.period_id,
        by_run.run_number, by_run.arisen_amount,
        case
            when by_run.balance_type = 'negative_result' and payee_runs.recovery_limit_amount is not null
                then least(by_run.available_amount, by_run.arisen_amount + payee_runs.recovery_limit_amount)
            else by_run.available_amount
        end as available_amount,
        by_run.balance_type = 'negative_result' and coalesce(payee_runs.may_be_negative, false) as settles_all
    from by_run
    left join payee_runs
        on by_run.payee_id = payee_runs.payee_id
        and by_run.currency_code = payee_runs.currency_code
        and by_run.period_id = payee_runs.period_id
),

stretched as (
    select
        payee_id, balance_type, queue_id, currency_code, period_id, run_number, arisen_amount, available_amount,
        settles_all,
        sum(case when settles_all then 1 else 0 end) over (
            partition by payee_id, balance_type, queue_id, currency_code
            order by run_number
            rows between unbounded preceding and current row
        ) - case when settles_all then 1 else 0 end as stretch_number
    from allowed
),

-- open = max(0, open before + arisen - available), folded over the runs; anew after a run that settles all.
summed as (
    select
        payee_id, balance_type, queue_id, currency_code, period_id, run_number, settles_all, stretch_number,
        sum(arisen_amount) over (
            partition by payee_id, balance_type, queue_id, currency_code
            order by run_number
            rows between unbounded preceding and current row
        ) as arisen_so_far_amount,
        sum(arisen_amount - available_amount) over (
            partition by payee_id, balance_type, queue_id, currency_code, stretch_number
            order by run_number
            rows between unbounded preceding and current row
        ) as sum_amount
    from stretched
),

settled as (
    select
        payee_id, balance_type, queue_id, currency_code, period_id, run_number,
        case
            when settles_all then arisen_so_far_amount
            else arisen_so_far_amount - sum_amount + least(
                min(sum_amount) over (
                    partition by payee_id, balance_type, queue_id, currency_code, stretch_number
                    order by run_number
                    rows between unbounded preceding and current row
                ),
                0.0000
            )
        end as settled_so_far_amount
    from summed
),

settled_runs as (
    select
        payee_id, balance_type, queue_id, currency_code, period_id, settled_so_far_amount,
        coalesce(
            lag(settled_so_far_amount) over (
                partition by payee_id, balance_type, queue_id, currency_code order by run_number
            ),
            0.0000
        ) as settled_before_amount
    from settled
),

-- The queue: each stands behind all that arose before it, in one run the oldest origin first.
queued as (
    select
        payee_id, balance_type, queue_id, currency_code, period_id, origin_period_id, arisen_amount,
        sum(arisen_amount) over (
            partition by payee_id, balance_type, queue_id, currency_code
            order by run_number, origin_number, origin_period_id
            rows between unbounded preceding and current row
        ) as behind_amount
    from numbered
    where arisen_amount > 0.0
),

moves as (
    select
        payee_id, balance_type, queue_id, currency_code, period_id as arisen_period_id, origin_period_id, period_id,
        arisen_amount, 0.0000 as settled_amount
    from queued
    union all
    select
        queued.payee_id, queued.balance_type, queued.queue_id, queued.currency_code,
        queued.period_id as arisen_period_id, queued.origin_period_id, settled_runs.period_id,
        0.0000 as arisen_amount,
        least(queued.behind_amount, settled_runs.settled_so_far_amount)
        - greatest(queued.behind_amount - queued.arisen_amount, settled_runs.settled_before_amount) as settled_amount
    from queued
    inner join settled_runs
        on queued.payee_id = settled_runs.payee_id
        and queued.balance_type = settled_runs.balance_type
        and queued.queue_id = settled_runs.queue_id
        and queued.currency_code = settled_runs.currency_code
        and queued.behind_amount > settled_runs.settled_before_amount
        and queued.behind_amount - queued.arisen_amount < settled_runs.settled_so_far_amount
    where settled_runs.settled_so_far_amount > settled_runs.settled_before_amount
)

select
    payee_id,
    balance_type,
    queue_id,
    currency_code,
    arisen_period_id,
    origin_period_id,
    period_id,
    cast(sum(arisen_amount) as decimal(19, 4)) as arisen_amount,
    cast(sum(settled_amount) as decimal(19, 4)) as settled_amount
from moves
group by payee_id, balance_type, queue_id, currency_code, arisen_period_id, origin_period_id, period_id
