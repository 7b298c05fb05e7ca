-- One row per transaction of a component whose rate, cap, floor or rounding holds for each transaction: its way to an amount.
with bases as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, rate_source,
        below, rate_target_value, axis_value, product_rate, weight_rate, eligible_incentive_amount,
        pay_rate, commission_rate, cap_of, cap_at, cap_holds, floor_of, floor_at, floor_holds, limit_incentive_amount,
        rounding_at, rounding_mode, rounding_digits
    from incentives._bases
    where not_payable_reason is null and is_chained and basis_key <> ''
),

curve_tiers as (
    select plan_id, component_id, position_id, payee_id, period_id, basis_key, tier_amount
    from incentives.curve_tiers
    where basis_key <> ''
),

factors as (
    select plan_id, component_id, position_id, payee_id, period_id, multiplier_number, factor_rate
    from incentives._factors
    where component_id <> ''
),

multipliers as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        array_agg(factor_rate order by multiplier_number) as factor_rates
    from factors
    group by plan_id, component_id, position_id, payee_id, period_id
),

curves as (
    select plan_id, component_id, position_id, payee_id, period_id, basis_key, sum(tier_amount) as curve_amount
    from curve_tiers
    group by plan_id, component_id, position_id, payee_id, period_id, basis_key
),

rated as (
    select
        bases.plan_id, bases.component_id, bases.position_id, bases.payee_id, bases.period_id, bases.basis_key,
        bases.booking_date, bases.currency_code, bases.below, bases.rate_source, bases.rate_target_value, bases.axis_value,
        bases.weight_rate, bases.commission_rate, bases.eligible_incentive_amount, bases.pay_rate, bases.cap_of, bases.cap_at, bases.cap_holds,
        bases.floor_of, bases.floor_at, bases.floor_holds, bases.limit_incentive_amount, bases.rounding_at,
        bases.rounding_mode, bases.rounding_digits,
        multipliers.factor_rates,
        cast(coalesce(curves.curve_amount, 0.0000000000) as decimal(38, 10)) as curve_amount,
        case
            when bases.rate_source = 'per_target' then null
            else coalesce(bases.weight_rate, bases.commission_rate, bases.product_rate)
        end as applied_rate
    from bases
    left join curves
        on bases.plan_id = curves.plan_id
        and bases.component_id = curves.component_id
        and bases.position_id = curves.position_id
        and bases.payee_id = curves.payee_id
        and bases.period_id = curves.period_id
        and bases.basis_key = curves.basis_key
    left join multipliers
        on bases.plan_id = multipliers.plan_id
        and bases.component_id = multipliers.component_id
        and bases.position_id = multipliers.position_id
        and bases.payee_id = multipliers.payee_id
        and bases.period_id = multipliers.period_id
),

weighted as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, below, axis_value,
        rate_source, rate_target_value, weight_rate, commission_rate, eligible_incentive_amount, pay_rate,
        cap_of, cap_at, cap_holds, floor_of, floor_at, floor_holds, limit_incentive_amount, rounding_at, rounding_mode,
        rounding_digits, factor_rates,
        curve_amount, applied_rate,
        case when applied_rate is null then curve_amount else times(curve_amount, applied_rate) end as rated_amount,
        case
            when rate_source = 'per_target'
                then coalesce(
                    interpolate(
                        curve_amount, 0.0, 0.0, rate_target_value,
                        times(coalesce(weight_rate, 1.000000), eligible_incentive_amount)
                    ),
                    0.0000000000
                )
            when applied_rate is null then times(curve_amount, coalesce(eligible_incentive_amount, pay_rate))
            else times(times(curve_amount, applied_rate), coalesce(eligible_incentive_amount, pay_rate))
        end as unmultiplied_amount
    from rated
),

multiplied as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, below, axis_value,
        rate_source, rate_target_value, weight_rate, commission_rate, eligible_incentive_amount, pay_rate,
        rounding_at, rounding_mode, rounding_digits, curve_amount, applied_rate, rated_amount, unmultiplied_amount,
        times_each(unmultiplied_amount, factor_rates) as multiplied_amount,
        case
            when cap_holds <> 'transaction' then null
            when cap_of = 'target_incentive' then times(cap_at, limit_incentive_amount)
            else cap_at
        end as cap_amount,
        case
            when floor_holds <> 'transaction' then null
            when floor_of = 'target_incentive' then times(floor_at, limit_incentive_amount)
            else floor_at
        end as floor_amount
    from weighted
),

-- A mirrored curve is capped below zero as it is above.
capped as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, below, axis_value,
        rate_source, rate_target_value, weight_rate, commission_rate, eligible_incentive_amount, pay_rate,
        rounding_at, rounding_mode, rounding_digits, curve_amount, applied_rate, rated_amount, unmultiplied_amount,
        multiplied_amount, cap_amount, floor_amount,
        case
            when multiplied_amount > cap_amount then cap_amount
            when below = 'mirror' and multiplied_amount < 0.0 - cap_amount then 0.0 - cap_amount
            else multiplied_amount
        end as capped_amount
    from multiplied
),

-- What is below zero is lifted only where what was looked up is not.
floored as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, below,
        rate_source, rate_target_value, weight_rate, commission_rate, eligible_incentive_amount, pay_rate,
        rounding_at, rounding_mode, rounding_digits, curve_amount, applied_rate, rated_amount, unmultiplied_amount,
        multiplied_amount, cap_amount, capped_amount, floor_amount,
        case
            when capped_amount < floor_amount and (capped_amount >= 0.0 or axis_value >= 0.0) then floor_amount
            else capped_amount
        end as floored_amount
    from capped
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    basis_key,
    booking_date,
    below,
    rate_source,
    rate_target_value,
    weight_rate,
    commission_rate,
    eligible_incentive_amount,
    pay_rate,
    curve_amount,
    applied_rate,
    cast(rated_amount as decimal(38, 10)) as rated_amount,
    cast(unmultiplied_amount as decimal(38, 10)) as unmultiplied_amount,
    multiplied_amount,
    cast(cap_amount as decimal(38, 10)) as cap_amount,
    cast(capped_amount as decimal(38, 10)) as capped_amount,
    cast(floor_amount as decimal(38, 10)) as floor_amount,
    cast(floored_amount as decimal(38, 10)) as floored_amount,
    case
        when rounding_at = 'transaction'
            then cast(round_money(floored_amount, rounding_digits, rounding_mode) as decimal(38, 10))
        else cast(floored_amount as decimal(38, 10))
    end as transaction_amount,
    rounding_at,
    rounding_mode,
    rounding_digits,
    currency_code
from floored
