-- One row per kind of exception, subject and pay run: what cannot be paid, advanced or taken back.
with lines as (
    select payee_id, plan_id, period_id, plan_currency_code, lacks_rate
    from incentives.deposit_lines
    where lacks_rate
    group by payee_id, plan_id, period_id, plan_currency_code, lacks_rate
),

payees as (
    select payee_id, currency_code
    from conformed.payees
),

draw_levels as (
    select payee_id, plan_id, draw_id, period_id
    from incentives._draw_levels
    where lacks_target_incentive
),

begun_runs as (
    select period_id
    from incentives._begun_runs
),

events as (
    select clawback_id, payee_id, plan_id, cause, period_id
    from conformed.clawback_events
),

known as (
    select clawback_id, payee_id, cause, origin_period_id, period_id, exception_kind
    from incentives._clawback_events
),

runs as (
    select period_id
    from incentives._pay_runs
),

pay_events as (
    select event_id, event_kind, payee_id, earning_code, origin_period_id
    from conformed.pay_events
),

balances as (
    select payee_id, balance_type, currency_code, period_id, origin_period_id, closing_balance_amount
    from incentives.balances
    where closing_balance_amount <> 0.0
),

held_seats as (
    select payee_id, period_id
    from attainment.occupancy
    group by payee_id, period_id
),

base_periods as (
    select period_id
    from conformed.periods
    where period_kind = 'base'
),

waiting_parts as (
    select payee_id, earning_code, period_id
    from incentives.payment_parts
    where release_kind = 'event'
    group by payee_id, earning_code, period_id
),

hold_periods as (
    select hold_id, payee_id, from_period_id as period_id, 'from' as end_kind
    from conformed.holds
    union all
    select hold_id, payee_id, release_period_id as period_id, 'release' as end_kind
    from conformed.holds
    where release_period_id is not null
)

select
    case when payees.currency_code is null then 'payee_without_currency' else 'missing_exchange_rate' end as exception_kind,
    'payee' as subject_kind,
    lines.plan_id || '/' || lines.payee_id as subject_id,
    lines.period_id,
    lines.payee_id,
    case
        when payees.currency_code is null then 'the plan pays in the currency of the payee, who has none'
        else 'there is no rate from ' || lines.plan_currency_code || ' to ' || payees.currency_code || ' for the run'
    end as detail,
    case
        when payees.currency_code is null then 'enter the payee with a currency'
        else 'enter the exchange rate of the day that the plan names; until then the pay is held'
    end as cure
from lines
left join payees on lines.payee_id = payees.payee_id
union all
select
    'draw_without_target_incentive' as exception_kind,
    'draw' as subject_kind,
    draw_levels.plan_id || '/' || draw_levels.draw_id || '/' || draw_levels.payee_id as subject_id,
    draw_levels.period_id,
    draw_levels.payee_id,
    'the draw is a part of the target incentive, which is missing for some days held' as detail,
    'complete the pay terms of the payee' as cure
from draw_levels
inner join begun_runs on draw_levels.period_id = begun_runs.period_id
union all
select
    known.exception_kind,
    'clawback' as subject_kind,
    known.clawback_id as subject_id,
    known.period_id,
    known.payee_id,
    case
        when known.exception_kind = 'clawback_without_rule' then 'the plan does not say what `' || known.cause || '` takes back'
        when known.exception_kind = 'clawback_of_nothing' then 'nothing was earned in ' || known.origin_period_id
        else 'six earlier events take of the same period already'
    end as detail,
    case
        when known.exception_kind = 'clawback_without_rule' then 'add the cause to the clawbacks of the plan, or enter the amount'
        when known.exception_kind = 'clawback_of_nothing' then 'correct the period of the event, or enter the amount'
        else 'enter the amount'
    end as cure
from known
where known.exception_kind is not null
union all
select
    'clawback_of_unknown_plan_or_period' as exception_kind,
    'clawback' as subject_kind,
    events.clawback_id as subject_id,
    events.period_id,
    events.payee_id,
    'the plan ' || events.plan_id || ' or the period ' || events.period_id || ' is unknown' as detail,
    'correct the event' as cure
from events
left join known on events.clawback_id = known.clawback_id
where known.clawback_id is null
union all
select
    'hold_of_unknown_period' as exception_kind,
    'hold' as subject_kind,
    hold_periods.hold_id || '/' || hold_periods.end_kind as subject_id,
    hold_periods.period_id,
    hold_periods.payee_id,
    'the hold names the period ' || hold_periods.period_id || ', which the calendar does not have' as detail,
    'correct the hold' as cure
from hold_periods
left join runs on hold_periods.period_id = runs.period_id
where runs.period_id is null
union all
select
    'event_without_pay' as exception_kind,
    'pay_event' as subject_kind,
    pay_events.event_id as subject_id,
    pay_events.origin_period_id as period_id,
    pay_events.payee_id,
    'no pay of the period under `' || pay_events.earning_code || '` waits for `' || pay_events.event_kind || '`' as detail,
    'correct the payee, earning code or period of the event' as cure
from pay_events
inner join begun_runs on pay_events.origin_period_id = begun_runs.period_id
left join waiting_parts
    on pay_events.payee_id = waiting_parts.payee_id
    and pay_events.earning_code = waiting_parts.earning_code
    and pay_events.origin_period_id = waiting_parts.period_id
where waiting_parts.payee_id is null
union all
select
    'balance_of_a_leaver' as exception_kind,
    'balance' as subject_kind,
    balances.payee_id || '/' || balances.balance_type || '/' || balances.currency_code || '/' || balances.origin_period_id
        as subject_id,
    balances.period_id,
    balances.payee_id,
    case
        when balances.closing_balance_amount > 0.0
            then 'the payee holds no seat any more, and ' || cast(balances.closing_balance_amount as varchar)
                || ' are still owed to the payee'
        else 'the payee holds no seat any more, and owes ' || cast(0.0000 - balances.closing_balance_amount as varchar)
    end as detail,
    'settle it with the payee: without earnings nothing pays it out or recovers it' as cure
from balances
inner join base_periods on balances.period_id = base_periods.period_id
left join held_seats
    on balances.payee_id = held_seats.payee_id
    and balances.period_id = held_seats.period_id
where held_seats.payee_id is null
