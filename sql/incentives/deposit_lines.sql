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

-- The day whose rate a plan takes in a run.
rate_days as (
    select
        plans.plan_id, plans.currency_code, plans.pay_rate_type, begun_runs.period_id,
        case
            when plans.pay_rate_at = 'plan_begin' then plans.valid_from_date
            when plans.pay_rate_at = 'period_begin' then runs.from_date
            else runs.to_date - interval '1 day'
        end as rate_date
    from plans
    cross join begun_runs
    inner join runs on begun_runs.period_id = runs.period_id
    where plans.pay_currency = 'payee'
),

-- Of several rates that hold on a day, the one that began last.
found_rates as (
    select
        rate_days.plan_id, rate_days.period_id, exchange_rates.to_currency_code, exchange_rates.exchange_rate_id,
        exchange_rates.exchange_rate, exchange_rates.rate_type, rate_days.rate_date,
        row_number() over (
            partition by rate_days.plan_id, rate_days.period_id, exchange_rates.to_currency_code
            order by exchange_rates.from_date desc, exchange_rates.exchange_rate_id
        ) as place
    from rate_days
    inner join exchange_rates
        on rate_days.pay_rate_type = exchange_rates.rate_type
        and rate_days.currency_code = exchange_rates.from_currency_code
        and rate_days.rate_date >= exchange_rates.from_date
        and rate_days.rate_date < exchange_rates.to_date
),

-- Only who is paid in another currency than the plan's needs a rate.
priced as (
    select
        added.payee_id, added.plan_id, added.period_id, added.origin_period_id, added.cause, added.is_complete,
        added.incentive_count, added.plan_amount, plans.earning_code, plans.currency_code as plan_currency_code,
        plans.rounding_mode, payees.currency_code as payee_currency_code,
        coalesce(currencies.minor_digit_count, 2) as minor_digit_count,
        case
            when plans.pay_currency <> 'payee' then false
            when payees.currency_code is null then true
            else plans.currency_code <> payees.currency_code
        end as needs_rate
    from added
    inner join plans on added.plan_id = plans.plan_id
    left join payees on added.payee_id = payees.payee_id
    left join currencies on payees.currency_code = currencies.currency_code
),

converted as (
    select
        priced.payee_id, priced.plan_id, priced.period_id, priced.origin_period_id, priced.cause, priced.is_complete,
        priced.incentive_count, priced.plan_amount, priced.earning_code, priced.plan_currency_code,
        found_rates.exchange_rate_id, found_rates.exchange_rate, found_rates.rate_type, found_rates.rate_date,
        case when found_rates.exchange_rate is null then priced.plan_currency_code else priced.payee_currency_code end
            as currency_code,
        case when priced.needs_rate and found_rates.exchange_rate is null then true else false end as lacks_rate,
        case
            when found_rates.exchange_rate is null then priced.plan_amount
            else round_money(
                times(priced.plan_amount, found_rates.exchange_rate), priced.minor_digit_count, priced.rounding_mode
            )
        end as deposit_amount
    from priced
    left join found_rates
        on priced.plan_id = found_rates.plan_id
        and priced.period_id = found_rates.period_id
        and priced.payee_currency_code = found_rates.to_currency_code
        and priced.needs_rate
        and found_rates.place = 1
),

sides as (
    select side
    from (values ('due'), ('held')) as listed (side)
),

-- Without a rate nothing is due: it is held until there is one.
lines as (
    select
        converted.payee_id, converted.plan_id, converted.period_id, converted.origin_period_id, converted.is_complete,
        converted.earning_code, converted.plan_currency_code, converted.exchange_rate_id, converted.exchange_rate,
        converted.rate_type, converted.rate_date, converted.currency_code, converted.lacks_rate,
        case when sides.side = 'held' then 'held' else converted.cause end as cause,
        case when sides.side = 'held' then 0 else converted.incentive_count end as incentive_count,
        case when sides.side = 'held' then 0.0000 - converted.plan_amount else converted.plan_amount end as plan_amount,
        case when sides.side = 'held' then 0.0000 - converted.deposit_amount else converted.deposit_amount end
            as deposit_amount
    from converted
    cross join sides
    where sides.side = 'due' or converted.lacks_rate
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
    rate_type,
    cast(rate_date as date) as rate_date,
    lacks_rate,
    currency_code,
    sum(incentive_count) as incentive_count,
    cast(sum(deposit_amount) as decimal(19, 4)) as deposit_amount
from lines
group by
    payee_id, plan_id, period_id, origin_period_id, cause, is_complete, earning_code, plan_currency_code,
    exchange_rate_id, exchange_rate, rate_type, rate_date, lacks_rate, currency_code
