-- One row per payee, plan, pay run, period of origin and cause: what the plan makes due, in its currency and in the one that pays.
with earnings as (
    select
        payee_id, plan_id, period_id, incentive_count, incentive_amount, plan_adjustment_amount, deferred_amount,
        earned_amount
    from incentives.earnings
),

parts as (
    select payee_id, plan_id, period_id, due_period_id, part_amount
    from incentives.payment_parts
),

draws as (
    select payee_id, plan_id, period_id, draw_kind, top_up_amount, recovered_amount
    from incentives.draws
),

clawbacks as (
    select payee_id, plan_id, period_id, origin_period_id, installment_amount
    from incentives.clawbacks
),

begun_runs as (
    select period_id, is_complete
    from incentives._begun_runs
),

runs as (
    select period_id, from_date, to_date
    from incentives._pay_runs
),

plans as (
    select
        plan_id, earning_code, currency_code, rounding_mode, valid_from_date, pay_currency, pay_rate_type, pay_rate_at
    from conformed.plan_plans
),

payees as (
    select payee_id, currency_code
    from conformed.payees
),

currencies as (
    select currency_code, minor_digit_count
    from conformed.currencies
),

exchange_rates as (
    select exchange_rate_id, rate_type, from_currency_code, to_currency_code, from_date, to_date, exchange_rate
    from conformed.exchange_rates
),

-- Held is what was earned in the period and is not due in its own run.
due_at_once as (
    select payee_id, plan_id, period_id, sum(part_amount) as due_amount
    from parts
    where due_period_id = period_id
    group by payee_id, plan_id, period_id
),

entries as (
    select payee_id, plan_id, period_id, period_id as origin_period_id, 'earned' as cause, incentive_count,
        incentive_amount as plan_amount
    from earnings
    union all
    select payee_id, plan_id, period_id, period_id as origin_period_id, 'plan_adjustment' as cause, 0 as incentive_count,
        plan_adjustment_amount as plan_amount
    from earnings
    where plan_adjustment_amount <> 0.0
    union all
    select payee_id, plan_id, period_id, period_id as origin_period_id, 'deferred' as cause, 0 as incentive_count,
        0.0000 - deferred_amount as plan_amount
    from earnings
    where deferred_amount <> 0.0
    union all
    select earnings.payee_id, earnings.plan_id, earnings.period_id, earnings.period_id as origin_period_id,
        'held' as cause, 0 as incentive_count,
        coalesce(due_at_once.due_amount, 0.0000) - earnings.earned_amount as plan_amount
    from earnings
    left join due_at_once
        on earnings.payee_id = due_at_once.payee_id
        and earnings.plan_id = due_at_once.plan_id
        and earnings.period_id = due_at_once.period_id
    where coalesce(due_at_once.due_amount, 0.0000) <> earnings.earned_amount
    union all
    select payee_id, plan_id, due_period_id as period_id, period_id as origin_period_id, 'released' as cause,
        0 as incentive_count, part_amount as plan_amount
    from parts
    where due_period_id <> period_id and part_amount <> 0.0
    union all
    select payee_id, plan_id, period_id, period_id as origin_period_id,
        case when draw_kind = 'guarantee' then 'guarantee' else 'draw' end as cause, 0 as incentive_count,
        top_up_amount as plan_amount
    from draws
    where top_up_amount <> 0.0
    union all
    select payee_id, plan_id, period_id, period_id as origin_period_id, 'draw_recovery' as cause, 0 as incentive_count,
        0.0000 - recovered_amount as plan_amount
    from draws
    where recovered_amount <> 0.0
    union all
    select payee_id, plan_id, period_id, origin_period_id, 'clawback' as cause, 0 as incentive_count,
        0.0000 - installment_amount as plan_amount
    from clawbacks
),

-- Only runs that have begun make something due.
added as (
    select
        entries.payee_id, entries.plan_id, entries.period_id, entries.origin_period_id, entries.cause,
        begun_runs.is_complete,
        sum(entries.incentive_count) as incentive_count,
        sum(entries.plan_amount) as plan_amount
    from entries
    inner join begun_runs on entries.period_id = begun_runs.period_id
    group by
        entries.payee_id, entries.plan_id, entries.period_id, entries.origin_period_id, entries.cause,
        begun_runs.is_complete
),

-- Who is paid in another currency than the plan's, and by the rate of which day.
paid_plans as (
    select
        added.payee_id, added.plan_id, added.period_id, plans.pay_rate_type, plans.rounding_mode,
        plans.currency_code as plan_currency_code, payees.currency_code as payee_currency_code,
        coalesce(currencies.minor_digit_count, 2) as minor_digit_count,
        case
            when plans.pay_rate_at = 'plan_begin' then plans.valid_from_date
            when plans.pay_rate_at = 'period_begin' then runs.from_date
            else runs.to_date - interval '1 day'
        end as rate_date
    from added
    inner join plans on added.plan_id = plans.plan_id
    inner join runs on added.period_id = runs.period_id
    left join payees on added.payee_id = payees.payee_id
    left join currencies on payees.currency_code = currencies.currency_code
    where plans.pay_currency = 'payee'
    group by
        added.payee_id, added.plan_id, added.period_id, plans.pay_rate_type, plans.rounding_mode, plans.currency_code,
        payees.currency_code, currencies.minor_digit_count, plans.pay_rate_at, plans.valid_from_date, runs.from_date,
        runs.to_date
),

asked_rates as (
    select pay_rate_type, plan_currency_code, payee_currency_code, rate_date
    from paid_plans
    where plan_currency_code <> payee_currency_code
    group by pay_rate_type, plan_currency_code, payee_currency_code, rate_date
),

-- Of several rates that hold on a day, the one that began last.
found_rates as (
    select
        asked_rates.pay_rate_type, asked_rates.plan_currency_code, asked_rates.payee_currency_code,
        asked_rates.rate_date, exchange_rates.exchange_rate_id, exchange_rates.exchange_rate,
        row_number() over (
            partition by
                asked_rates.pay_rate_type, asked_rates.plan_currency_code, asked_rates.payee_currency_code,
                asked_rates.rate_date
            order by exchange_rates.from_date desc, exchange_rates.exchange_rate_id
        ) as place
    from asked_rates
    inner join exchange_rates
        on asked_rates.pay_rate_type = exchange_rates.rate_type
        and asked_rates.plan_currency_code = exchange_rates.from_currency_code
        and asked_rates.payee_currency_code = exchange_rates.to_currency_code
        and asked_rates.rate_date >= exchange_rates.from_date
        and asked_rates.rate_date < exchange_rates.to_date
),

pay_rates as (
    select
        paid_plans.payee_id, paid_plans.plan_id, paid_plans.period_id, paid_plans.payee_currency_code,
        paid_plans.minor_digit_count, paid_plans.rounding_mode, found_rates.exchange_rate_id, found_rates.exchange_rate
    from paid_plans
    left join found_rates
        on paid_plans.pay_rate_type = found_rates.pay_rate_type
        and paid_plans.plan_currency_code = found_rates.plan_currency_code
        and paid_plans.payee_currency_code = found_rates.payee_currency_code
        and paid_plans.rate_date = found_rates.rate_date
        and found_rates.place = 1
    where paid_plans.payee_currency_code is null or paid_plans.plan_currency_code <> paid_plans.payee_currency_code
),

converted as (
    select
        added.payee_id, added.plan_id, added.period_id, added.origin_period_id, added.cause, added.is_complete,
        added.incentive_count, added.plan_amount, plans.earning_code, plans.currency_code as plan_currency_code,
        pay_rates.exchange_rate_id, pay_rates.exchange_rate,
        case when pay_rates.exchange_rate is null then plans.currency_code else pay_rates.payee_currency_code end
            as currency_code,
        case when pay_rates.plan_id is not null and pay_rates.exchange_rate is null then true else false end
            as lacks_rate,
        case
            when pay_rates.exchange_rate is null then added.plan_amount
            else round_money(
                added.plan_amount * pay_rates.exchange_rate, pay_rates.minor_digit_count, pay_rates.rounding_mode
            )
        end as deposit_amount
    from added
    inner join plans on added.plan_id = plans.plan_id
    left join pay_rates
        on added.payee_id = pay_rates.payee_id
        and added.plan_id = pay_rates.plan_id
        and added.period_id = pay_rates.period_id
),

-- Without a rate nothing is due: it is held until there is one.
lines as (
    select
        payee_id, plan_id, period_id, origin_period_id, cause, is_complete, incentive_count, earning_code,
        plan_currency_code, exchange_rate_id, exchange_rate, currency_code, lacks_rate, plan_amount, deposit_amount
    from converted
    union all
    select
        payee_id, plan_id, period_id, origin_period_id, 'held' as cause, is_complete, 0 as incentive_count, earning_code,
        plan_currency_code, exchange_rate_id, exchange_rate, currency_code, lacks_rate, 0.0000 - plan_amount as plan_amount,
        0.0000 - deposit_amount as deposit_amount
    from converted
    where lacks_rate
)

select
    payee_id,
    plan_id,
    period_id,
    origin_period_id,
    cause,
    is_complete,
    earning_code,
    plan_currency_code,
    cast(sum(plan_amount) as decimal(19, 4)) as plan_amount,
    exchange_rate_id,
    exchange_rate,
    lacks_rate,
    currency_code,
    sum(incentive_count) as incentive_count,
    cast(sum(deposit_amount) as decimal(19, 4)) as deposit_amount
from lines
group by
    payee_id, plan_id, period_id, origin_period_id, cause, is_complete, earning_code, plan_currency_code,
    exchange_rate_id, exchange_rate, lacks_rate, currency_code
