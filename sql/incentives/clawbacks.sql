-- One row per event that takes pay back and installment so far: what is taken in which pay run.
with events as (
    select
        clawback_id, payee_id, plan_id, cause, origin_period_id, period_id, earning_code, currency_code, taken_of,
        base_amount, taken_before_amount, clawback_rate, clawback_amount, installment_count, minor_digit_count
    from incentives._clawback_events
    where clawback_amount <> 0.0
),

runs as (
    select period_id, period_kind, run_number, kind_number
    from incentives._pay_runs
),

begun_runs as (
    select period_id
    from incentives._begun_runs
),

sized as (
    select
        events.clawback_id, events.installment_count, runs.period_kind, runs.kind_number,
        case when events.clawback_amount < 0.0 then -1 else 1 end as sign,
        abs(events.clawback_amount) as size_amount,
        round_money(
            ratio(abs(events.clawback_amount), events.installment_count, 10), events.minor_digit_count, 'down'
        ) as cut_amount,
        case events.minor_digit_count when 0 then 1.0000 when 3 then 0.0010 when 4 then 0.0001 else 0.0100 end
            as unit_amount
    from events
    inner join runs on events.period_id = runs.period_id
),

-- One installment a run, from that of the event on; what does not divide goes to the first ones.
installments as (
    select
        sized.clawback_id, runs.period_id, runs.kind_number - sized.kind_number + 1 as installment_number,
        sized.sign * (
            sized.cut_amount + least(
                sized.unit_amount,
                greatest(
                    sized.size_amount - sized.installment_count * sized.cut_amount
                    - (runs.kind_number - sized.kind_number) * sized.unit_amount,
                    0.0000
                )
            )
        ) as installment_amount
    from sized
    inner join runs
        on sized.period_kind = runs.period_kind
        and runs.kind_number >= sized.kind_number
        and runs.kind_number < sized.kind_number + sized.installment_count
)

select
    events.clawback_id,
    installments.installment_number,
    events.payee_id,
    events.plan_id,
    installments.period_id,
    events.period_id as event_period_id,
    events.origin_period_id,
    events.cause,
    events.earning_code,
    events.currency_code,
    events.taken_of,
    events.base_amount,
    events.taken_before_amount,
    events.clawback_rate,
    events.clawback_amount,
    events.installment_count,
    cast(installments.installment_amount as decimal(19, 4)) as installment_amount
from events
inner join installments on events.clawback_id = installments.clawback_id
inner join begun_runs on installments.period_id = begun_runs.period_id
