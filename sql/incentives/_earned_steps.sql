-- One row per step by which what a payee earned comes into a pay run: summed, put off, cut into parts, held and released.
with earnings as (
    select
        payee_id, plan_id, period_id, incentive_count, incentive_amount, plan_adjustment_amount, deferred_amount,
        earned_amount
    from incentives.earnings
),

parts as (
    select
        payee_id, plan_id, period_id, part_number, part_id, currency_code, part_amount, release_kind, release_date,
        hold_id, due_period_id
    from incentives.payment_parts
),

-- What the parts share is what each weighs among all.
weights as (
    select
        plan_id, part_number, coalesce(part_weight, part_rate) as part_weight,
        sum(coalesce(part_weight, part_rate)) over (partition by plan_id) as whole_weight
    from conformed.plan_payment_parts
),

plans as (
    select plan_id, rounding_digits
    from conformed.plan_plans
),

currencies as (
    select currency_code, minor_digit_count
    from conformed.currencies
),

holds as (
    select hold_id, min(reason) as reason
    from conformed.holds
    group by hold_id
),

-- What is all due at once is no part worth telling.
cut as (
    select
        parts.payee_id, parts.plan_id, parts.period_id, parts.part_number, parts.part_id,
        coalesce(weights.part_weight, 1.000000) as part_weight,
        coalesce(weights.whole_weight, 1.000000) as whole_weight, parts.part_amount, parts.release_date, parts.hold_id, parts.due_period_id,
        earnings.earned_amount,
        greatest(coalesce(currencies.minor_digit_count, 2), plans.rounding_digits) as part_digits,
        case when parts.part_id = 'all' then 'all' else 'part `' || parts.part_id || '`' end
            || ' of what was earned in ' || parts.period_id
            || case
                when parts.release_kind = 'at_once' then ''
                when parts.release_date is null then ', due after an event that has not happened'
                else ', due on ' || cast(parts.release_date as varchar)
            end
            || case
                when parts.hold_id is null then ''
                else ', held by `' || parts.hold_id || '`' || coalesce(': ' || nullif(holds.reason, ''), '')
            end
            || case
                when parts.due_period_id = parts.period_id then ''
                when parts.due_period_id is null then ', not yet paid'
                else ', paid in ' || parts.due_period_id
            end as part_words
    from parts
    inner join earnings
        on parts.payee_id = earnings.payee_id
        and parts.plan_id = earnings.plan_id
        and parts.period_id = earnings.period_id
    inner join plans on parts.plan_id = plans.plan_id
    left join weights
        on parts.plan_id = weights.plan_id
        and parts.part_number = weights.part_number
    left join currencies on parts.currency_code = currencies.currency_code
    left join holds on parts.hold_id = holds.hold_id
    where parts.part_id <> 'all' or parts.due_period_id is null or parts.due_period_id <> parts.period_id
),

-- A part is told in the run of its own period, and again in the run that pays it.
told_parts as (
    select
        payee_id, plan_id, period_id as run_period_id, period_id, part_number, part_id, part_weight, whole_weight,
        part_amount, release_date, hold_id, earned_amount, part_digits, part_words,
        case when due_period_id = period_id then 'at_once' else 'held' end as cause
    from cut
    union all
    select
        payee_id, plan_id, due_period_id as run_period_id, period_id, part_number, part_id, part_weight, whole_weight,
        part_amount, release_date, hold_id, earned_amount, part_digits, part_words, 'released' as cause
    from cut
    where due_period_id <> period_id
),

steps as (
    select
        payee_id, plan_id, period_id, 'earned/' || period_id as basis_key, 5900 as step_number, 'entry' as step_name,
        'sum_of_incentives' as operation, cast(null as decimal(38, 10)) as value_in,
        cast(incentive_count as decimal(38, 10)) as operand, cast(incentive_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as to_value, 0 as rounding_digits, 'earned' as cause,
        period_id as origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        'what the components of the plan earned' as words
    from earnings
    union all
    select
        payee_id, plan_id, period_id, 'plan_adjustment/' || period_id as basis_key, 5000 as step_number,
        'adjustment' as step_name, 'sum_of_adjustments' as operation, cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand,
        cast(plan_adjustment_amount - deferred_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as to_value, 0 as rounding_digits, 'plan_adjustment' as cause,
        period_id as origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        'what the plan as a whole adds to its components, or takes' as words
    from earnings
    where plan_adjustment_amount <> 0.0 or deferred_amount <> 0.0
    union all
    select
        payee_id, plan_id, period_id, 'plan_adjustment/' || period_id as basis_key, 5900 as step_number,
        'entry' as step_name, 'plus' as operation,
        cast(plan_adjustment_amount - deferred_amount as decimal(38, 10)) as value_in,
        cast(deferred_amount as decimal(38, 10)) as operand,
        cast(plan_adjustment_amount as decimal(38, 10)) as value_out, cast(null as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as to_value,
        0 as rounding_digits, 'plan_adjustment' as cause, period_id as origin_period_id,
        cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        'what its cap puts off or pays out again stands by itself' as words
    from earnings
    where plan_adjustment_amount <> 0.0 or deferred_amount <> 0.0
    union all
    select
        payee_id, plan_id, period_id, 'deferred/' || period_id as basis_key, 5900 as step_number, 'entry' as step_name,
        'times' as operation, cast(deferred_amount as decimal(38, 10)) as value_in,
        cast(-1 as decimal(38, 10)) as operand, cast(0.0000 - deferred_amount as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as to_value, 0 as rounding_digits, 'deferred' as cause,
        period_id as origin_period_id, cast(null as varchar) as reference_id, cast(null as date) as reference_date,
        case
            when deferred_amount > 0.0 then 'put off by the cap of the plan until there is room'
            else 'put off earlier by the cap of the plan, which has room for it again'
        end as words
    from earnings
    where deferred_amount <> 0.0
    union all
    select
        payee_id, plan_id, run_period_id as period_id, 'part/' || period_id || '/' || cast(part_number as varchar) as basis_key,
        5000 as step_number, 'payment_part' as step_name, 'part' as operation,
        cast(earned_amount as decimal(38, 10)) as value_in, cast(part_weight as decimal(38, 10)) as operand,
        cast(part_amount as decimal(38, 10)) as value_out, cast(part_number as decimal(38, 10)) as from_value,
        cast(whole_weight as decimal(38, 10)) as to_value,
        part_digits as rounding_digits, cause, period_id as origin_period_id,
        coalesce(hold_id, part_id) as reference_id, cast(release_date as date) as reference_date, part_words as words
    from told_parts
    union all
    select
        payee_id, plan_id, run_period_id as period_id, 'part/' || period_id || '/' || cast(part_number as varchar) as basis_key,
        5900 as step_number, 'entry' as step_name, 'times' as operation,
        cast(part_amount as decimal(38, 10)) as value_in,
        cast(case when cause = 'held' then -1 else 1 end as decimal(38, 10)) as operand,
        cast(case when cause = 'held' then 0.0000 - part_amount else part_amount end as decimal(38, 10)) as value_out,
        cast(null as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as to_value, 0 as rounding_digits, cause, period_id as origin_period_id,
        coalesce(hold_id, part_id) as reference_id, cast(release_date as date) as reference_date,
        case when cause = 'held' then 'not paid in this run' else 'paid in this run' end as words
    from told_parts
    where cause <> 'at_once'
)

select
    payee_id,
    plan_id,
    period_id,
    basis_key,
    cast(step_number as bigint) as step_number,
    step_name,
    operation,
    value_in,
    operand,
    value_out,
    from_value,
    to_value,
    cast(rounding_digits as bigint) as rounding_digits,
    cause,
    origin_period_id,
    reference_id,
    reference_date,
    words
from steps
