-- One row per payable measure: what its curve gives for all that it is applied to, before and after each modifier.
with bases as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, basis_number, period_value,
        plan_version, is_complete, component_number, earning_code, currency_code, window_kind, basis, lookup,
        output, timing, running_by, axis, below, rate_source, measured_value, target_value, rate_target_value, attainment_rate,
        basis_value, axis_value, second_value, mirror_sign, curve_id, curve_level, weight_rate,
        eligible_incentive_amount, pay_rate, commission_rate, cap_excess, gate_count, gate_component_id,
        gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on, multiplier_count,
        rounding_at, rounding_mode, rounding_digits, shared_place_count, is_chained, cap_of, cap_at,
        cap_holds, floor_of, floor_at, floor_holds, limit_incentive_amount
    from incentives._bases
    where not_payable_reason is null
),

curve_tiers as (
    select plan_id, component_id, position_id, payee_id, period_id, tier_amount
    from incentives.curve_tiers
),

tiers as (
    select plan_id, curve_id, from_value, border, second_from_value, second_border
    from conformed.plan_tiers
),

factors as (
    select plan_id, component_id, position_id, payee_id, period_id, multiplier_number, factor_rate
    from incentives._factors
    where component_id <> ''
),

gates as (
    select plan_id, component_id, position_id, payee_id, period_id, gate_number, gate_rate
    from incentives._gates
    where is_before_rounding
),

transaction_amounts as (
    select
        plan_id, component_id, position_id, payee_id, period_id, rated_amount, unmultiplied_amount, multiplied_amount,
        cap_amount, capped_amount, transaction_amount
    from incentives._transaction_amounts
),

multipliers as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        array_agg(factor_rate order by multiplier_number) as factor_rates
    from factors
    group by plan_id, component_id, position_id, payee_id, period_id
),

gate_products as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        array_agg(gate_rate order by gate_number) as gate_rates
    from gates
    group by plan_id, component_id, position_id, payee_id, period_id
),

curves as (
    select plan_id, component_id, position_id, payee_id, period_id, sum(tier_amount) as curve_amount
    from curve_tiers
    group by plan_id, component_id, position_id, payee_id, period_id
),

chained as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        sum(rated_amount) as rated_amount,
        sum(unmultiplied_amount) as unmultiplied_amount,
        sum(transaction_amount) as summed_amount,
        sum(multiplied_amount - capped_amount) as cut_amount
    from transaction_amounts
    group by plan_id, component_id, position_id, payee_id, period_id
),

-- Where a curve says nothing of what lies below it, whatever lies there cannot be paid.
first_tiers as (
    select plan_id, curve_id, min(from_value) as from_value, min(second_from_value) as second_from_value
    from tiers
    group by plan_id, curve_id
),

uncovered as (
    select bases.plan_id, bases.component_id, bases.position_id, bases.payee_id, bases.period_id
    from bases
    inner join first_tiers
        on bases.plan_id = first_tiers.plan_id
        and bases.curve_id = first_tiers.curve_id
    inner join tiers
        on first_tiers.plan_id = tiers.plan_id
        and first_tiers.curve_id = tiers.curve_id
        and first_tiers.from_value = tiers.from_value
        and first_tiers.second_from_value is not distinct from tiers.second_from_value
    where bases.below = 'error'
        and bases.basis_number > 0
        and (
            bases.axis_value < tiers.from_value
            or (tiers.border <> 'lower_inclusive' and bases.axis_value = tiers.from_value)
            or bases.second_value < tiers.second_from_value
            or (tiers.second_border <> 'lower_inclusive' and bases.second_value = tiers.second_from_value)
        )
    group by bases.plan_id, bases.component_id, bases.position_id, bases.payee_id, bases.period_id
),

-- One row stands for all transactions of a measure, with the value of its period.
curved as (
    select
        bases.plan_id, bases.component_id, bases.position_id, bases.payee_id, bases.period_id,
        bases.plan_version, bases.is_complete, bases.component_number, bases.earning_code,
        bases.currency_code, bases.window_kind, bases.basis, bases.lookup, bases.output, bases.timing,
        bases.running_by, bases.axis, bases.below, bases.rate_source, bases.measured_value,
        bases.target_value, bases.rate_target_value, bases.attainment_rate, bases.second_value, bases.mirror_sign, bases.curve_id,
        bases.curve_level, bases.weight_rate, bases.eligible_incentive_amount, bases.pay_rate,
        bases.commission_rate, bases.cap_excess, bases.gate_count, bases.gate_component_id,
        bases.gate_evaluated, bases.gate_later, bases.gate_attainment_rate, bases.gate_rate,
        bases.gate_acts_on, bases.multiplier_count, bases.rounding_at, bases.rounding_mode,
        bases.rounding_digits, bases.shared_place_count, bases.is_chained, bases.cap_of, bases.cap_at,
        bases.cap_holds, bases.floor_of, bases.floor_at, bases.floor_holds, bases.limit_incentive_amount,
        case when bases.basis_key = '' then bases.basis_value else bases.period_value end as basis_value,
        case
            when bases.basis_key = '' then bases.axis_value
            when bases.axis = 'attainment' then cast(bases.attainment_rate as decimal(38, 10))
            else bases.measured_value
        end as axis_value,
        multipliers.factor_rates, gate_products.gate_rates,
        chained.rated_amount as chained_rated_amount, chained.unmultiplied_amount as chained_unmultiplied_amount,
        chained.summed_amount, coalesce(chained.cut_amount, 0.0000000000) as cut_amount,
        cast(coalesce(curves.curve_amount, 0.0000000000) as decimal(38, 10)) as curve_amount
    from bases
    left join curves
        on bases.plan_id = curves.plan_id
        and bases.component_id = curves.component_id
        and bases.position_id = curves.position_id
        and bases.payee_id = curves.payee_id
        and bases.period_id = curves.period_id
    left join chained
        on bases.plan_id = chained.plan_id
        and bases.component_id = chained.component_id
        and bases.position_id = chained.position_id
        and bases.payee_id = chained.payee_id
        and bases.period_id = chained.period_id
    left join multipliers
        on bases.plan_id = multipliers.plan_id
        and bases.component_id = multipliers.component_id
        and bases.position_id = multipliers.position_id
        and bases.payee_id = multipliers.payee_id
        and bases.period_id = multipliers.period_id
    left join gate_products
        on bases.plan_id = gate_products.plan_id
        and bases.component_id = gate_products.component_id
        and bases.position_id = gate_products.position_id
        and bases.payee_id = gate_products.payee_id
        and bases.period_id = gate_products.period_id
    left join uncovered
        on bases.plan_id = uncovered.plan_id
        and bases.component_id = uncovered.component_id
        and bases.position_id = uncovered.position_id
        and bases.payee_id = uncovered.payee_id
        and bases.period_id = uncovered.period_id
    where bases.basis_number <= 1 and uncovered.plan_id is null
),

shared as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, basis, lookup, output, timing, running_by, axis, below,
        rate_source, measured_value, target_value, rate_target_value, attainment_rate, basis_value, axis_value, second_value,
        mirror_sign, curve_id, curve_level, weight_rate, eligible_incentive_amount, pay_rate, commission_rate,
        cap_excess, gate_count, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate,
        gate_rate, gate_acts_on, gate_rates, multiplier_count, rounding_at, rounding_mode, rounding_digits,
        shared_place_count, is_chained, cap_of, cap_at, cap_holds, floor_of, floor_at, floor_holds,
        limit_incentive_amount, factor_rates, chained_rated_amount, chained_unmultiplied_amount, summed_amount, cut_amount,
        curve_amount,
        coalesce(ratio(curve_amount, shared_place_count, 10), curve_amount) as shared_amount
    from curved
),

rated as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, basis, lookup, output, timing, running_by, axis, below,
        rate_source, measured_value, target_value, rate_target_value, attainment_rate, basis_value, axis_value, second_value,
        mirror_sign, curve_id, curve_level, weight_rate, eligible_incentive_amount, pay_rate, commission_rate,
        cap_excess, gate_count, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate,
        gate_rate, gate_acts_on, gate_rates, multiplier_count, rounding_at, rounding_mode, rounding_digits,
        shared_place_count, is_chained, cap_of, cap_at, cap_holds, floor_of, floor_at, floor_holds,
        limit_incentive_amount, factor_rates, chained_unmultiplied_amount, summed_amount, cut_amount, curve_amount, shared_amount,
        case
            when is_chained then coalesce(chained_rated_amount, 0.0000000000)
            when rate_source = 'per_target' then shared_amount
            when weight_rate is not null then times(shared_amount, weight_rate)
            when commission_rate is not null then times(shared_amount, commission_rate)
            else shared_amount
        end as rated_amount
    from shared
),

-- Pay by a rate of the target: weight times target incentive, for each unit of the target; a target of zero gives nothing.
weighted as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, basis, lookup, output, timing, running_by, axis, below,
        rate_source, measured_value, target_value, rate_target_value, attainment_rate, basis_value, axis_value, second_value,
        mirror_sign, curve_id, curve_level, weight_rate, eligible_incentive_amount, pay_rate, commission_rate,
        cap_excess, gate_count, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate,
        gate_rate, gate_acts_on, gate_rates, multiplier_count, rounding_at, rounding_mode, rounding_digits,
        shared_place_count, is_chained, cap_of, cap_at, cap_holds, floor_of, floor_at, floor_holds,
        limit_incentive_amount, factor_rates, summed_amount, cut_amount, curve_amount, shared_amount, rated_amount,
        case
            when is_chained then coalesce(chained_unmultiplied_amount, 0.0000000000)
            when rate_source = 'per_target'
                then coalesce(
                    interpolate(
                        rated_amount, 0.0, 0.0, rate_target_value,
                        times(coalesce(weight_rate, 1.000000), eligible_incentive_amount)
                    ),
                    0.0000000000
                )
            else times(rated_amount, coalesce(eligible_incentive_amount, pay_rate))
        end as unmultiplied_amount
    from rated
),

-- Transactions that went their way alone come back here, after their own cap, floor and rounding.
multiplied as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, basis, lookup, output, timing, running_by, axis, below,
        rate_source, measured_value, target_value, rate_target_value, attainment_rate, basis_value, axis_value, second_value,
        mirror_sign, curve_id, curve_level, weight_rate, eligible_incentive_amount, pay_rate, commission_rate,
        cap_excess, gate_count, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate,
        gate_rate, gate_acts_on, gate_rates, multiplier_count, rounding_at, rounding_mode, rounding_digits,
        shared_place_count, is_chained, cut_amount, curve_amount, shared_amount, rated_amount,
        unmultiplied_amount,
        case
            when is_chained then coalesce(summed_amount, 0.0000000000)
            else times_each(unmultiplied_amount, factor_rates)
        end as multiplied_amount,
        case
            when is_chained and cap_holds = 'transaction' then null
            when cap_of = 'target_incentive' then times(cap_at, limit_incentive_amount)
            else cap_at
        end as cap_amount,
        case
            when is_chained and floor_holds = 'transaction' then null
            when floor_of = 'target_incentive' then times(floor_at, limit_incentive_amount)
            else floor_at
        end as floor_amount
    from weighted
),

-- A mirrored curve is capped below zero as it is above, so that a return takes back no more than its sale gave.
capped as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, basis, lookup, output, timing, running_by, axis, below,
        rate_source, measured_value, target_value, rate_target_value, attainment_rate, basis_value, axis_value, second_value,
        mirror_sign, curve_id, curve_level, weight_rate, eligible_incentive_amount, pay_rate, commission_rate,
        cap_excess, gate_count, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate,
        gate_rate, gate_acts_on, gate_rates, multiplier_count, rounding_at, rounding_mode, rounding_digits,
        shared_place_count, is_chained, curve_amount, shared_amount, rated_amount, unmultiplied_amount,
        multiplied_amount, cap_amount, floor_amount,
        cast(multiplied_amount + cut_amount as decimal(38, 10)) as uncapped_amount,
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
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, basis, lookup, output, timing, running_by, axis, below,
        rate_source, measured_value, target_value, rate_target_value, attainment_rate, basis_value, axis_value, second_value,
        mirror_sign, curve_id, curve_level, weight_rate, eligible_incentive_amount, pay_rate, commission_rate,
        cap_excess, gate_count, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate,
        gate_rate, gate_acts_on, gate_rates, multiplier_count, rounding_at, rounding_mode, rounding_digits,
        shared_place_count, is_chained, curve_amount, shared_amount, rated_amount, unmultiplied_amount,
        multiplied_amount, uncapped_amount, cap_amount, capped_amount, floor_amount,
        case
            when capped_amount < floor_amount and (capped_amount >= 0.0 or axis_value >= 0.0) then floor_amount
            else capped_amount
        end as floored_amount
    from capped
),

-- Gates take from what is above zero; what is below zero they leave as it is.
gated as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, basis, lookup, output, timing, running_by, axis, below,
        rate_source, measured_value, target_value, rate_target_value, attainment_rate, basis_value, axis_value, second_value,
        mirror_sign, curve_id, curve_level, weight_rate, eligible_incentive_amount, pay_rate, commission_rate,
        cap_excess, gate_count, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate,
        gate_rate, gate_acts_on, gate_rates, multiplier_count, rounding_at, rounding_mode, rounding_digits,
        shared_place_count, is_chained, curve_amount, shared_amount, rated_amount, unmultiplied_amount,
        multiplied_amount, uncapped_amount, cap_amount, capped_amount, floor_amount, floored_amount,
        case
            when floored_amount > 0.0 then times_each(floored_amount, gate_rates)
            else cast(floored_amount as decimal(38, 10))
        end as gated_amount
    from floored
)

select
    plan_id,
    plan_version,
    component_id,
    position_id,
    payee_id,
    period_id,
    is_complete,
    component_number,
    earning_code,
    window_kind,
    basis,
    lookup,
    output,
    timing,
    running_by,
    axis,
    below,
    rate_source,
    currency_code,
    measured_value,
    target_value,
    rate_target_value,
    attainment_rate,
    basis_value,
    axis_value,
    second_value,
    mirror_sign,
    curve_id,
    curve_level,
    is_chained,
    curve_amount,
    shared_place_count,
    cast(shared_amount as decimal(38, 10)) as shared_amount,
    weight_rate,
    commission_rate,
    cast(rated_amount as decimal(38, 10)) as rated_amount,
    eligible_incentive_amount,
    pay_rate,
    cast(unmultiplied_amount as decimal(38, 10)) as unmultiplied_amount,
    multiplier_count,
    cast(multiplied_amount as decimal(38, 10)) as multiplied_amount,
    uncapped_amount,
    cast(cap_amount as decimal(38, 10)) as cap_amount,
    cap_excess,
    cast(capped_amount as decimal(38, 10)) as capped_amount,
    cast(floor_amount as decimal(38, 10)) as floor_amount,
    cast(floored_amount as decimal(38, 10)) as floored_amount,
    gate_count,
    gate_component_id,
    gate_evaluated,
    gate_later,
    gate_attainment_rate,
    gate_rate,
    gate_acts_on,
    gated_amount,
    -- Points are not money until a pool shares its pot by them.
    case
        when output = 'points' then 0.0000
        else round_money(floored_amount, rounding_digits, rounding_mode)
    end as ungated_state_amount,
    case
        when output = 'points' then 0.0000
        else round_money(gated_amount, rounding_digits, rounding_mode)
    end as state_amount,
    rounding_at,
    rounding_mode,
    rounding_digits
from gated
