-- One row per payable measure and tier of its curve that pays something.
with bases as (
    select
        plan_id, component_id, position_id, payee_id, period_id, currency_code, lookup, output, axis,
        target_value, basis_value, axis_value, mirror_sign
    from incentives._bases
    where not_payable_reason is null
),

tiers as (
    select
        plan_id, component_id, tier_number, from_value, to_value, border, output_from, output_to, line_from_value,
        line_to_value
    from conformed.plan_tiers
),

asked as (
    select
        bases.plan_id, bases.component_id, bases.position_id, bases.payee_id, bases.period_id, bases.currency_code,
        bases.lookup, bases.output, bases.axis, bases.target_value, bases.basis_value, bases.mirror_sign,
        bases.axis_value * bases.mirror_sign as looked_up_value,
        tiers.tier_number, tiers.from_value, tiers.to_value, tiers.border, tiers.output_from, tiers.output_to,
        tiers.line_from_value, tiers.line_to_value
    from bases
    inner join tiers
        on bases.plan_id = tiers.plan_id
        and bases.component_id = tiers.component_id
),

passed as (
    select
        plan_id, component_id, position_id, payee_id, period_id, currency_code, lookup, output, axis, target_value,
        basis_value, mirror_sign, looked_up_value, tier_number, from_value, to_value, output_from, output_to,
        line_from_value, line_to_value,
        max(tier_number) over (partition by plan_id, component_id, position_id, payee_id, period_id) as reached_tier_number
    from asked
    where looked_up_value > from_value or (border = 'lower_inclusive' and looked_up_value = from_value)
),

-- What the tier's output is applied to: a slice, the excess over the target, or the whole.
applied as (
    select
        plan_id, component_id, position_id, payee_id, period_id, currency_code, tier_number, from_value, to_value,
        looked_up_value,
        case
            when line_from_value is null then output_from
            else interpolate(looked_up_value, line_from_value, output_from, line_to_value, output_to)
        end as tier_output,
        case
            when lookup = 'step' and output = 'rate_on_basis' and axis = 'attainment' and target_value = 0.0
                then 0.0000000000
            when lookup = 'step' and output = 'rate_on_basis' and axis = 'attainment'
                then mirror_sign * slice(
                    mirror_sign * basis_value, times(from_value, target_value), times(to_value, target_value)
                )
            when lookup = 'step' and output = 'rate_on_basis'
                then mirror_sign * slice(mirror_sign * basis_value, from_value, to_value)
            when lookup = 'step' then mirror_sign * slice(looked_up_value, from_value, to_value)
            when lookup = 'excess' and output = 'rate_on_basis'
                then mirror_sign * slice(mirror_sign * basis_value, cast(target_value as decimal(38, 10)), null)
            when lookup = 'excess' then mirror_sign * slice(looked_up_value, 1.0000000000, null)
            when output = 'rate_on_basis' then basis_value
            else cast(mirror_sign as decimal(38, 10))
        end as applied_to_value
    from passed
    where lookup = 'step' or tier_number = reached_tier_number
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    tier_number,
    looked_up_value,
    from_value,
    to_value,
    cast(applied_to_value as decimal(38, 10)) as applied_to_value,
    cast(tier_output as decimal(38, 10)) as tier_output,
    times(applied_to_value, tier_output) as tier_amount,
    currency_code
from applied
where applied_to_value <> 0.0
