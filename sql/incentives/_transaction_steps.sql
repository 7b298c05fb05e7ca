-- One row per step by which a transaction that goes its way alone comes from its curve to its amount.
with transaction_amounts as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, below, rate_source, weight_rate,
        commission_rate, eligible_incentive_amount, pay_rate, rate_target_value, curve_amount, applied_rate,
        rated_amount, unmultiplied_amount, multiplied_amount, cap_amount, capped_amount, floor_amount,
        floored_amount, transaction_amount, rounding_at, rounding_mode, rounding_digits, currency_code
    from incentives._transaction_amounts
),

factors as (
    select
        plan_id, component_id, position_id, payee_id, period_id, multiplier_number, by_component_id, looked_up_value,
        factor_rate
    from incentives._factors
    where factor_rate is not null
),

transaction_factors as (
    select
        transaction_amounts.plan_id, transaction_amounts.component_id, transaction_amounts.position_id,
        transaction_amounts.payee_id, transaction_amounts.period_id, transaction_amounts.basis_key, transaction_amounts.unmultiplied_amount,
        factors.multiplier_number, factors.by_component_id, factors.looked_up_value, factors.factor_rate,
        array_agg(factors.factor_rate) over (
            partition by
                transaction_amounts.plan_id, transaction_amounts.component_id, transaction_amounts.position_id,
                transaction_amounts.payee_id, transaction_amounts.period_id, transaction_amounts.basis_key
            order by factors.multiplier_number
            rows between unbounded preceding and 1 preceding
        ) as rates_before
    from transaction_amounts
    inner join factors
        on transaction_amounts.plan_id = factors.plan_id
        and transaction_amounts.component_id = factors.component_id
        and transaction_amounts.position_id = factors.position_id
        and transaction_amounts.payee_id = factors.payee_id
        and transaction_amounts.period_id = factors.period_id
),

transaction_multipliers as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, multiplier_number,
        by_component_id, looked_up_value, factor_rate, times_each(unmultiplied_amount, rates_before) as multiplier_in
    from transaction_factors
),

plain_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 1000 as step_number, 'curve' as step_name,
        'take' as operation, cast(curve_amount as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand, cast(curve_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode, 'what the curve gives for the transaction' as words
    from transaction_amounts
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 1010 as step_number,
        case
            when weight_rate is not null then 'weight'
            when commission_rate is not null then 'commission_rate'
            else 'product_rate'
        end as step_name,
        'times' as operation, cast(curve_amount as decimal(38, 10)) as value_in,
        cast(applied_rate as decimal(38, 10)) as operand, cast(rated_amount as decimal(38, 10)) as value_out,
        '' as rounding_mode,
        case
            when weight_rate is not null then 'part of the plan'
            when commission_rate is not null then 'rate of the payee'
            else 'rate of the product'
        end as words
    from transaction_amounts
    where applied_rate is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 1020 as step_number,
        case when eligible_incentive_amount is not null then 'target_incentive' else 'days' end as step_name,
        'times' as operation, cast(rated_amount as decimal(38, 10)) as value_in,
        cast(coalesce(eligible_incentive_amount, pay_rate) as decimal(38, 10)) as operand,
        cast(unmultiplied_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        case
            when eligible_incentive_amount is not null then 'pay at 100 % of the eligible days'
            else 'part of the days and the seat'
        end as words
    from transaction_amounts
    where rate_source <> 'per_target'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 1310 as step_number, 'cap' as step_name,
        case when below = 'mirror' then 'within' else 'at_most' end as operation,
        cast(multiplied_amount as decimal(38, 10)) as value_in, cast(cap_amount as decimal(38, 10)) as operand,
        cast(capped_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'the most that a transaction pays' as words
    from transaction_amounts
    where cap_amount is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 1320 as step_number, 'floor' as step_name,
        case when floored_amount = greatest(capped_amount, floor_amount) then 'at_least' else 'take' end as operation,
        cast(capped_amount as decimal(38, 10)) as value_in, cast(floor_amount as decimal(38, 10)) as operand,
        cast(floored_amount as decimal(38, 10)) as value_out, '' as rounding_mode,
        'the least that a transaction pays; what is below zero stays' as words
    from transaction_amounts
    where floor_amount is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 1330 as step_number,
        'rounding' as step_name, 'round' as operation, cast(floored_amount as decimal(38, 10)) as value_in,
        cast(rounding_digits as decimal(38, 10)) as operand, cast(transaction_amount as decimal(38, 10)) as value_out,
        rounding_mode, 'to the minor unit of ' || currency_code as words
    from transaction_amounts
    where rounding_at = 'transaction'
),

looking_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 1101 + 2 * multiplier_number as step_number,
        'multiplier' as step_name, 'times' as operation, multiplier_in as value_in,
        cast(factor_rate as decimal(38, 10)) as operand, times(multiplier_in, factor_rate) as value_out,
        by_component_id as subject_id, cast(looked_up_value as decimal(38, 10)) as subject_value, '' as rounding_mode,
        'multiplied by ' || by_component_id as words
    from transaction_multipliers
),

sloping_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 1020 as step_number,
        'per_target' as step_name, 'interpolate' as operation, cast(rated_amount as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand, cast(unmultiplied_amount as decimal(38, 10)) as value_out,
        cast(0.0 as decimal(38, 10)) as from_value, cast(0.0 as decimal(38, 10)) as from_output,
        cast(rate_target_value as decimal(38, 10)) as to_value,
        cast(times(coalesce(weight_rate, 1.000000), eligible_incentive_amount) as decimal(38, 10)) as to_output,
        cast(null as varchar) as subject_id, cast(null as decimal(38, 10)) as subject_value, '' as rounding_mode,
        'weight and pay at 100 %, for each unit of the target' as words
    from transaction_amounts
    where rate_source = 'per_target'
),

steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation,
        value_in, operand, value_out, cast(null as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as from_output, cast(null as decimal(38, 10)) as to_value,
        cast(null as decimal(38, 10)) as to_output, cast(null as varchar) as subject_id,
        cast(null as decimal(38, 10)) as subject_value, rounding_mode, words
    from plain_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation,
        value_in, operand, value_out, cast(null as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as from_output, cast(null as decimal(38, 10)) as to_value,
        cast(null as decimal(38, 10)) as to_output, subject_id, subject_value, rounding_mode, words
    from looking_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation,
        value_in, operand, value_out, from_value, from_output, to_value, to_output, subject_id, subject_value,
        rounding_mode, words
    from sloping_steps
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    basis_key,
    cast(step_number as bigint) as step_number,
    step_name,
    operation,
    value_in,
    operand,
    value_out,
    from_value,
    from_output,
    to_value,
    to_output,
    subject_id,
    subject_value,
    rounding_mode,
    words
from steps
