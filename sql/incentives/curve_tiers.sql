-- One row per payable measure, basis (a transaction, or empty for the whole) and tier of its curve that pays something.
with bases as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, lookup, output,
        axis, curve_id, target_value, basis_value, axis_value, second_value, mirror_sign, running_before_value,
        running_after_value, shared_place_count,
        case when below = 'mirror' and running_before_value < 0.0 then -1 else 1 end as before_sign,
        case when below = 'mirror' and running_after_value < 0.0 then -1 else 1 end as after_sign
    from incentives._bases
    where not_payable_reason is null and basis_number > 0
),

tiers as (
    select
        plan_id, curve_id, tier_number, from_value, to_value, border, output_from, output_to, line_from_value,
        line_to_value, second_from_value, second_to_value, second_border
    from conformed.plan_tiers
),

-- A running total that is cut into slices is asked before and after its transaction; a shared place, with the last it shares.
directed as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, lookup, output,
        axis, curve_id, target_value, second_value, mirror_sign, running_before_value, shared_place_count, before_sign,
        after_sign,
        cast(basis_value * mirror_sign as decimal(38, 10)) as directed_value,
        cast(axis_value * mirror_sign as decimal(38, 10)) as looked_up_value,
        cast(running_before_value * before_sign as decimal(38, 10)) as before_value,
        cast(running_after_value * after_sign as decimal(38, 10)) as after_value,
        case
            when running_before_value is not null and lookup = 'step' and axis = 'value'
                then greatest(running_before_value * before_sign, running_after_value * after_sign)
            when shared_place_count > 1 then axis_value + shared_place_count - 1
            else axis_value * mirror_sign
        end as reach_value
    from bases
),

asked as (
    select
        directed.plan_id, directed.component_id, directed.position_id, directed.payee_id, directed.period_id,
        directed.basis_key, directed.booking_date, directed.currency_code, directed.lookup, directed.output,
        directed.axis, directed.curve_id, directed.target_value, directed.second_value, directed.mirror_sign,
        directed.running_before_value, directed.shared_place_count, directed.before_sign, directed.after_sign,
        directed.directed_value, directed.looked_up_value, directed.before_value, directed.after_value,
        directed.reach_value, tiers.tier_number, tiers.from_value, tiers.to_value, tiers.border, tiers.output_from,
        tiers.output_to, tiers.line_from_value, tiers.line_to_value, tiers.second_from_value, tiers.second_to_value,
        tiers.second_border
    from directed
    inner join tiers
        on directed.plan_id = tiers.plan_id
        and directed.curve_id = tiers.curve_id
),

-- Attainment is rounded; where value is cut at the target, what lies above a border by less than that counts too.
-- The cells of a matrix hold both axes; of their borders, each belongs to one cell.
passed as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, lookup, output,
        axis, curve_id, target_value, second_value, mirror_sign, running_before_value, shared_place_count, before_sign,
        after_sign, directed_value, looked_up_value, before_value, after_value, reach_value, tier_number, from_value,
        to_value, border, output_from, output_to, line_from_value, line_to_value,
        max(tier_number) over (
            partition by plan_id, component_id, position_id, payee_id, period_id, basis_key
        ) as reached_tier_number
    from asked
    where (
            reach_value > from_value
            or (border = 'lower_inclusive' and reach_value = from_value)
            or (lookup = 'step' and output = 'rate_on_basis' and axis = 'attainment')
            or (lookup = 'excess' and output = 'rate_on_basis' and from_value <= 1.0 and directed_value > target_value)
        )
        and (
            second_from_value is null
            or (
                (second_value > second_from_value
                    or (second_border = 'lower_inclusive' and second_value = second_from_value))
                and (second_to_value is null or second_value < second_to_value
                    or (second_border = 'upper_inclusive' and second_value = second_to_value))
                and (to_value is null or reach_value < to_value
                    or (border = 'upper_inclusive' and reach_value = to_value))
            )
        )
),

-- What the tier's output is applied to: a slice, the whole, once, or as many places as it covers.
-- A target of zero that counts as 0 % has no basis.
parts as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, curve_id,
        tier_number, from_value, to_value, output_from, output_to, line_from_value, line_to_value, looked_up_value,
        second_value, lookup, border, shared_place_count, reach_value,
        case
            when output = 'rate_on_basis' and axis = 'attainment' and target_value = 0.0 and looked_up_value = 0.0
                then 'nothing'
            when lookup = 'step' and running_before_value is not null then 'change'
            when lookup = 'prorated_amounts' then 'prorated'
            when lookup = 'step' or lookup = 'excess' then 'slice'
            when shared_place_count > 1 then 'places'
            when output = 'rate_on_basis' then 'whole'
            else 'once'
        end as part_kind,
        case when running_before_value is not null and lookup = 'step' then after_sign else mirror_sign end as mirror_sign,
        before_sign,
        case
            when running_before_value is not null and lookup = 'step' then after_value
            when output = 'rate_on_basis' then directed_value
            else looked_up_value
        end as part_of_value,
        case when running_before_value is not null and lookup = 'step' then before_value else null end
            as part_before_value,
        case
            when lookup = 'step' and output = 'rate_on_basis' and axis = 'attainment' then times(from_value, target_value)
            when lookup = 'step' or lookup = 'prorated_amounts' then cast(from_value as decimal(38, 10))
            when lookup = 'excess' and output = 'rate_on_basis' then cast(target_value as decimal(38, 10))
            when lookup = 'excess' then 1.0000000000
            else null
        end as part_from_value,
        case
            when lookup = 'step' and output = 'rate_on_basis' and axis = 'attainment' then times(to_value, target_value)
            when lookup = 'step' or lookup = 'prorated_amounts' then cast(to_value as decimal(38, 10))
            else null
        end as part_to_value
    from passed
    where lookup = 'step'
        or lookup = 'prorated_amounts'
        or shared_place_count > 1
        or tier_number = reached_tier_number
),

-- Of the places that are shared, those from the tier's border on, less those from the next tier's border on.
applied as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, curve_id,
        tier_number, from_value, to_value, output_from, output_to, line_from_value, line_to_value, looked_up_value,
        second_value, mirror_sign, before_sign, part_kind, part_of_value, part_before_value, part_from_value,
        part_to_value, reach_value, border, shared_place_count,
        case
            when part_kind = 'change'
                then mirror_sign * slice(part_of_value, part_from_value, part_to_value)
                    - before_sign * slice(part_before_value, part_from_value, part_to_value)
            when part_kind = 'slice' or part_kind = 'prorated'
                then mirror_sign * slice(part_of_value, part_from_value, part_to_value)
            when part_kind = 'whole' then mirror_sign * part_of_value
            when part_kind = 'once' then cast(mirror_sign as decimal(38, 10))
            when part_kind = 'places' and border = 'lower_inclusive'
                then least(greatest(reach_value - round_to(from_value, 0, 'ceiling') + 1, 0), shared_place_count)
                    - least(
                        greatest(coalesce(reach_value - round_to(to_value, 0, 'ceiling') + 1, 0.0), 0),
                        shared_place_count
                    )
            when part_kind = 'places'
                then least(greatest(reach_value - round_to(from_value, 0, 'floor'), 0), shared_place_count)
                    - least(
                        greatest(coalesce(reach_value - round_to(to_value, 0, 'floor'), 0.0), 0), shared_place_count
                    )
            else 0.0000000000
        end as applied_to_value
    from parts
),

-- On a line, the places that a tier covers come to as many times its height at their mean.
read_off as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, curve_id,
        tier_number, from_value, to_value, output_from, output_to, line_from_value, line_to_value, second_value,
        mirror_sign, before_sign, part_kind, part_of_value, part_before_value, part_from_value, part_to_value,
        applied_to_value,
        case
            when part_kind <> 'places' or line_from_value is null then looked_up_value
            when border = 'lower_inclusive'
                then ratio(
                    2 * greatest(looked_up_value, round_to(from_value, 0, 'ceiling')) + applied_to_value - 1, 2, 10
                )
            else ratio(
                2 * greatest(looked_up_value, round_to(from_value, 0, 'floor') + 1) + applied_to_value - 1, 2, 10
            )
        end as looked_up_value
    from applied
    where applied_to_value <> 0.0
),

outputs as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, currency_code, curve_id,
        tier_number, from_value, to_value, output_from, output_to, line_from_value, line_to_value, looked_up_value,
        second_value, mirror_sign, before_sign, part_kind, part_of_value, part_before_value, part_from_value,
        part_to_value, applied_to_value,
        case
            when line_from_value is null or part_kind = 'prorated' then output_from
            else interpolate(looked_up_value, line_from_value, output_from, line_to_value, output_to)
        end as tier_output
    from read_off
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    basis_key,
    tier_number,
    booking_date,
    curve_id,
    looked_up_value,
    second_value,
    from_value,
    to_value,
    line_from_value,
    line_to_value,
    output_from,
    output_to,
    mirror_sign,
    before_sign,
    part_kind,
    part_of_value,
    part_before_value,
    part_from_value,
    part_to_value,
    cast(applied_to_value as decimal(38, 10)) as applied_to_value,
    cast(tier_output as decimal(38, 10)) as tier_output,
    -- Of a tier that carries an amount, the part that is covered: multiplied before it is divided.
    case
        when part_kind = 'prorated' and line_from_value is null then 0.0000000000
        when part_kind = 'prorated'
            then interpolate(applied_to_value, 0.0, 0.0, line_to_value - line_from_value, output_from)
        else times(applied_to_value, tier_output)
    end as tier_amount,
    currency_code
from outputs
