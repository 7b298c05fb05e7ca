-- One row per payee, component, position, period and thing that stands before more pay: a gate that is shut, the next tier, or the line that the next unit runs along.
with incentives as (
    select
        plan_id, component_id, position_id, payee_id, period_id, curve_id, lookup, output, axis, mirror_sign,
        axis_value, target_value, measured_value, rate_source, weight_rate, eligible_incentive_amount, pay_rate,
        currency_code
    from incentives.incentives
    where basis <> 'transaction' and running_by <> 'transaction' and axis <> 'rank'
),

components as (
    select plan_id, component_id, attainment_kind
    from conformed.plan_components
),

tiers as (
    select plan_id, curve_id, tier_number, from_value, to_value, border, output_from, output_to, second_from_value
    from conformed.plan_tiers
),

gate_conditions as (
    select
        plan_id, component_id, position_id, payee_id, period_id, step_number, value_in, operand, subject_id,
        currency_code
    from incentives.modifiers
    where step_name = 'gate_condition' and value_out <> 1.0
),

gates as (
    select plan_id, component_id, gate_number, gate_axis, comparison, evaluated
    from conformed.plan_gates
),

measures as (
    select plan_id, component_id, position_id, payee_id, period_id, measured_value, target_value
    from attainment.measures
),

placed as (
    select
        incentives.plan_id, incentives.component_id, incentives.position_id, incentives.payee_id, incentives.period_id,
        incentives.lookup, incentives.output, incentives.axis, incentives.axis_value, incentives.target_value,
        incentives.measured_value, incentives.rate_source, incentives.weight_rate,
        incentives.eligible_incentive_amount, incentives.pay_rate, incentives.currency_code,
        components.attainment_kind, tiers.tier_number, tiers.from_value, tiers.to_value, tiers.border,
        tiers.output_from, tiers.output_to,
        min(tiers.from_value) over (
            partition by
                incentives.plan_id, incentives.component_id, incentives.position_id, incentives.payee_id,
                incentives.period_id
        ) as first_from_value
    from incentives
    inner join components
        on incentives.plan_id = components.plan_id
        and incentives.component_id = components.component_id
    inner join tiers
        on incentives.plan_id = tiers.plan_id
        and incentives.curve_id = tiers.curve_id
    -- Below zero a mirrored curve has nothing to reach: what is sold brings back what was returned.
    where tiers.second_from_value is null and incentives.mirror_sign > 0
),

-- Each border of tiers is what somebody may wait for; of a line only its begin, for on it every unit counts.
above as (
    select
        plan_id, component_id, position_id, payee_id, period_id, lookup, axis, axis_value, target_value,
        measured_value, attainment_kind, from_value, border, output_from, currency_code,
        row_number() over (
            partition by plan_id, component_id, position_id, payee_id, period_id order by tier_number
        ) as place
    from placed
    where (from_value > axis_value or (border = 'upper_inclusive' and from_value = axis_value))
        and (lookup <> 'interpolated' or from_value = first_from_value)
        and (axis <> 'value' or from_value > 0.0 or axis_value >= 0.0)
),

-- One unit of the measure along the line, in pay before multipliers, cap and gate.
lines as (
    select
        plan_id, component_id, position_id, payee_id, period_id, axis, axis_value, to_value, output_to, currency_code,
        case
            when axis <> 'attainment' or attainment_kind = 'absolute' or attainment_kind = 'difference'
                then ratio(output_to - output_from, to_value - from_value, 10)
            when attainment_kind = 'ratio' and target_value > 0.0
                then ratio(output_to - output_from, (to_value - from_value) * target_value, 10)
            else null
        end as unit_output,
        case
            when output = 'percent_of_target_incentive' and rate_source <> 'per_target'
                then times(coalesce(weight_rate, 1.000000), eligible_incentive_amount)
            when output = 'amount' and rate_source <> 'per_target' and weight_rate is null then pay_rate
            else null
        end as whole_amount
    from placed
    where lookup = 'interpolated' and to_value is not null and output_to is not null and output_to <> output_from
        and axis_value >= from_value and axis_value < to_value
),

shut as (
    select
        gate_conditions.plan_id, gate_conditions.component_id, gate_conditions.position_id, gate_conditions.payee_id,
        gate_conditions.period_id, gate_conditions.step_number, gate_conditions.value_in, gate_conditions.operand,
        gate_conditions.subject_id, gate_conditions.currency_code, gates.gate_number, gates.gate_axis,
        gates.comparison, components.attainment_kind, measures.measured_value, measures.target_value,
        measures.measured_value is not null and gates.evaluated = 'window' as is_measured
    from gate_conditions
    inner join gates
        on gate_conditions.plan_id = gates.plan_id
        and gate_conditions.component_id = gates.component_id
        and gate_conditions.step_number = 1400 + 8 * gates.gate_number
    inner join components
        on gate_conditions.plan_id = components.plan_id
        and gate_conditions.subject_id = components.component_id
    left join measures
        on gate_conditions.plan_id = measures.plan_id
        and gate_conditions.subject_id = measures.component_id
        and gate_conditions.position_id = measures.position_id
        and gate_conditions.payee_id = measures.payee_id
        and gate_conditions.period_id = measures.period_id
)

select
    payee_id,
    period_id,
    plan_id,
    component_id,
    position_id,
    case when lookup = 'interpolated' then 'begin_of_line' else 'tier' end as next_kind,
    cast(0 as bigint) as gate_number,
    '' as subject_id,
    axis,
    axis_value,
    from_value as next_from_value,
    border = 'upper_inclusive' as is_more_than,
    -- In the unit of the measure, which is what somebody can sell.
    case
        when axis = 'attainment' and attainment_kind = 'ratio' then times(from_value, target_value) - measured_value
        when axis = 'attainment' and attainment_kind = 'index'
            then times(times(from_value, 0.0100000000), target_value) - measured_value
        else from_value - axis_value
    end as missing_value,
    output_from as next_output,
    cast(null as decimal(38, 10)) as unit_amount,
    currency_code
from above
where place = 1
union all
select
    payee_id,
    period_id,
    plan_id,
    component_id,
    position_id,
    'line' as next_kind,
    cast(0 as bigint) as gate_number,
    '' as subject_id,
    axis,
    axis_value,
    to_value as next_from_value,
    false as is_more_than,
    cast(null as decimal(38, 10)) as missing_value,
    output_to as next_output,
    times(unit_output, whole_amount) as unit_amount,
    currency_code
from lines
union all
select
    payee_id,
    period_id,
    plan_id,
    component_id,
    position_id,
    'gate' as next_kind,
    gate_number,
    subject_id,
    gate_axis as axis,
    value_in as axis_value,
    operand as next_from_value,
    comparison = 'above' as is_more_than,
    case
        when gate_axis <> 'attainment' then operand - value_in
        when is_measured and attainment_kind = 'ratio' then times(operand, target_value) - measured_value
        else null
    end as missing_value,
    cast(1 as decimal(38, 10)) as next_output,
    cast(null as decimal(38, 10)) as unit_amount,
    currency_code
from shut
