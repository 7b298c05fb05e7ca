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
        bases.lookup, bases.output, bases.axis, bases.target_value, bases.mirror_sign,
        cast(bases.basis_value * bases.mirror_sign as decimal(38, 10)) as directed_value,
        cast(bases.axis_value * bases.mirror_sign as decimal(38, 10)) as looked_up_value,
        tiers.tier_number, tiers.from_value, tiers.to_value, tiers.border, tiers.output_from, tiers.output_to,
        tiers.line_from_value, tiers.line_to_value
    from bases
    inner join tiers
        on bases.plan_id = tiers.plan_id
        and bases.component_id = tiers.component_id
),

-- Attainment is rounded; where value is cut at the target, what lies above a border by less than that counts too.
passed as (
    select
        plan_id, component_id, position_id, payee_id, period_id, currency_code, lookup, output, axis, target_value,
        mirror_sign, directed_value, looked_up_value, tier_number, from_value, to_value, output_from, output_to,
        line_from_value, line_to_value,
        max(tier_number) over (partition by plan_id, component_id, position_id, payee_id, period_id) as reached_tier_number
    from asked
    where looked_up_value > from_value
        or (border = 'lower_inclusive' and looked_up_value = from_value)
        or (lookup = 'step' and output = 'rate_on_basis' and axis = 'attainment')
        or (lookup = 'excess' and output = 'rate_on_basis' and from_value <= 1.0 and directed_value > target_value)
),

-- What the tier's output is applied to: a slice, the whole, or once. A target of zero that counts as 0 % has no basis.
parts as (
    select
        plan_id, component_id, position_id, payee_id, period_id, currency_code, tier_number, from_value, to_value,
        output_from, output_to, line_from_value, line_to_value, looked_up_value, mirror_sign,
        case
            when output = 'rate_on_basis' and axis = 'attainment' and target_value = 0.0 and looked_up_value = 0.0
                then 'nothing'
            when lookup = 'step' or lookup = 'excess' then 'slice'
            when output = 'rate_on_basis' then 'whole'
            else 'once'
        end as part_kind,
        case when output = 'rate_on_basis' then directed_value else looked_up_value end as part_of_value,
        case
            when lookup = 'step' and output = 'rate_on_basis' and axis = 'attainment' then times(from_value, target_value)
            when lookup = 'step' then cast(from_value as decimal(38, 10))
            when lookup = 'excess' and output = 'rate_on_basis' then cast(target_value as decimal(38, 10))
            when lookup = 'excess' then 1.0000000000
            else null
        end as part_from_value,
        case
            when lookup = 'step' and output = 'rate_on_basis' and axis = 'attainment' then times(to_value, target_value)
            when lookup = 'step' then cast(to_value as decimal(38, 10))
            else null
        end as part_to_value
    from passed
    where lookup = 'step' or tier_number = reached_tier_number
),

applied as (
    select
        plan_id, component_id, position_id, payee_id, period_id, currency_code, tier_number, from_value, to_value,
        output_from, output_to, line_from_value, line_to_value, looked_up_value, mirror_sign, part_kind, part_of_value,
        part_from_value, part_to_value,
        case
            when line_from_value is null then output_from
            else interpolate(looked_up_value, line_from_value, output_from, line_to_value, output_to)
        end as tier_output,
        case
            when part_kind = 'slice' then mirror_sign * slice(part_of_value, part_from_value, part_to_value)
            when part_kind = 'whole' then mirror_sign * part_of_value
            when part_kind = 'once' then cast(mirror_sign as decimal(38, 10))
            else 0.0000000000
        end as applied_to_value
    from parts
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
    line_from_value,
    line_to_value,
    output_from,
    output_to,
    mirror_sign,
    part_kind,
    part_of_value,
    part_from_value,
    part_to_value,
    cast(applied_to_value as decimal(38, 10)) as applied_to_value,
    cast(tier_output as decimal(38, 10)) as tier_output,
    times(applied_to_value, tier_output) as tier_amount,
    currency_code
from applied
where applied_to_value <> 0.0
