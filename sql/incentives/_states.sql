-- One row per payable measure: what its curve gives for all that it is applied to, before and after each modifier.
with bases as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, lookup, output, timing, axis, below, measured_value, target_value,
        attainment_rate, basis_value, axis_value, mirror_sign, weight_rate, eligible_incentive_amount, pay_rate,
        commission_rate, cap_of, cap_at, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate, gate_rate,
        gate_acts_on, rounding_mode, rounding_digits
    from incentives._bases
    where not_payable_reason is null
),

curve_tiers as (
    select plan_id, component_id, position_id, payee_id, period_id, tier_amount
    from incentives.curve_tiers
),

tiers as (
    select plan_id, component_id, from_value, border
    from conformed.plan_tiers
    where tier_number = 1
),

curves as (
    select plan_id, component_id, position_id, payee_id, period_id, sum(tier_amount) as curve_amount
    from curve_tiers
    group by plan_id, component_id, position_id, payee_id, period_id
),

curved as (
    select
        bases.plan_id, bases.component_id, bases.position_id, bases.payee_id, bases.period_id, bases.plan_version,
        bases.is_complete, bases.component_number, bases.earning_code, bases.currency_code, bases.window_kind,
        bases.lookup, bases.output, bases.timing, bases.axis, bases.below, bases.measured_value, bases.target_value,
        bases.attainment_rate, bases.basis_value, bases.axis_value, bases.mirror_sign, bases.weight_rate,
        bases.eligible_incentive_amount, bases.pay_rate, bases.commission_rate, bases.cap_of, bases.cap_at,
        bases.gate_component_id, bases.gate_evaluated, bases.gate_later, bases.gate_attainment_rate, bases.gate_rate,
        bases.gate_acts_on,
        bases.rounding_mode, bases.rounding_digits, coalesce(curves.curve_amount, 0.0000000000) as curve_amount
    from bases
    inner join tiers
        on bases.plan_id = tiers.plan_id
        and bases.component_id = tiers.component_id
    left join curves
        on bases.plan_id = curves.plan_id
        and bases.component_id = curves.component_id
        and bases.position_id = curves.position_id
        and bases.payee_id = curves.payee_id
        and bases.period_id = curves.period_id
    where bases.below <> 'error'
        or bases.axis_value > tiers.from_value
        or (tiers.border = 'lower_inclusive' and bases.axis_value = tiers.from_value)
),

rated as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, lookup, output, timing, axis, below, measured_value, target_value,
        attainment_rate, basis_value, axis_value, mirror_sign, weight_rate, eligible_incentive_amount, pay_rate,
        commission_rate, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on,
        rounding_mode, rounding_digits, curve_amount, case
            when weight_rate is not null then times(curve_amount, weight_rate)
            when commission_rate is not null then times(curve_amount, commission_rate)
            else cast(curve_amount as decimal(38, 10))
        end as rated_amount,
        case
            when cap_of = 'target_incentive' then times(cap_at, times(weight_rate, eligible_incentive_amount))
            else cap_at
        end as cap_amount
    from curved
),

earned as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, lookup, output, timing, axis, below, measured_value, target_value,
        attainment_rate, basis_value, axis_value, mirror_sign, weight_rate, eligible_incentive_amount, pay_rate,
        commission_rate, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on,
        rounding_mode, rounding_digits, curve_amount, rated_amount, cap_amount,
        times(rated_amount, coalesce(eligible_incentive_amount, pay_rate)) as uncapped_amount
    from rated
),

-- A mirrored curve is capped below zero as it is above, so that a return takes back no more than its sale gave.
capped as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, lookup, output, timing, axis, below, measured_value, target_value,
        attainment_rate, basis_value, axis_value, mirror_sign, weight_rate, eligible_incentive_amount, pay_rate,
        commission_rate, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on,
        rounding_mode, rounding_digits, curve_amount, rated_amount, cap_amount, uncapped_amount, case
            when uncapped_amount > cap_amount then cap_amount
            when below = 'mirror' and uncapped_amount < 0.0 - cap_amount then 0.0 - cap_amount
            else uncapped_amount
        end as capped_amount
    from earned
),

-- A gate takes from what is above zero; what is below zero it leaves as it is.
gated as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, component_number,
        earning_code, currency_code, window_kind, lookup, output, timing, axis, below, measured_value, target_value,
        attainment_rate, basis_value, axis_value, mirror_sign, weight_rate, eligible_incentive_amount, pay_rate,
        commission_rate, gate_component_id, gate_evaluated, gate_later, gate_attainment_rate, gate_rate, gate_acts_on,
        rounding_mode, rounding_digits, curve_amount, rated_amount, cap_amount, uncapped_amount, capped_amount, case
            when gate_acts_on = 'total' and capped_amount > 0.0 then times(capped_amount, gate_rate)
            else cast(capped_amount as decimal(38, 10))
        end as gated_amount
    from capped
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
    lookup,
    output,
    timing,
    axis,
    below,
    currency_code,
    measured_value,
    target_value,
    attainment_rate,
    basis_value,
    axis_value,
    mirror_sign,
    curve_amount,
    weight_rate,
    commission_rate,
    rated_amount,
    eligible_incentive_amount,
    pay_rate,
    uncapped_amount,
    cap_amount,
    cast(capped_amount as decimal(38, 10)) as capped_amount,
    gate_component_id,
    gate_evaluated,
    gate_later,
    gate_attainment_rate,
    gate_rate,
    gate_acts_on,
    gated_amount,
    round_money(capped_amount, rounding_digits, rounding_mode) as ungated_state_amount,
    round_money(gated_amount, rounding_digits, rounding_mode) as state_amount,
    rounding_mode,
    rounding_digits
from gated
