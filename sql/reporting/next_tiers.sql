-- One row per payee, component, position and period that a tier lies above: what is missing to the next one.
with incentives as (
    select
        plan_id, component_id, position_id, payee_id, period_id, curve_id, lookup, axis, mirror_sign, axis_value,
        target_value, measured_value, currency_code
    from incentives.incentives
    where basis <> 'transaction' and running_by <> 'transaction' and axis <> 'rank'
),

components as (
    select plan_id, component_id, attainment_kind
    from conformed.plan_components
),

tiers as (
    select plan_id, curve_id, tier_number, from_value, border, output_from, second_from_value
    from conformed.plan_tiers
),

-- Points of a line are steps too: each border is what somebody may wait for.
above as (
    select
        incentives.plan_id, incentives.component_id, incentives.position_id, incentives.payee_id, incentives.period_id,
        incentives.axis, incentives.axis_value, incentives.target_value, incentives.measured_value,
        incentives.currency_code, components.attainment_kind, tiers.tier_number, tiers.from_value, tiers.border,
        tiers.output_from,
        min(tiers.tier_number) over (
            partition by
                incentives.plan_id, incentives.component_id, incentives.position_id, incentives.payee_id,
                incentives.period_id
        ) as next_tier_number
    from incentives
    inner join components
        on incentives.plan_id = components.plan_id
        and incentives.component_id = components.component_id
    inner join tiers
        on incentives.plan_id = tiers.plan_id
        and incentives.curve_id = tiers.curve_id
    where tiers.second_from_value is null
        and (tiers.from_value > incentives.axis_value
            or (tiers.border = 'upper_inclusive' and tiers.from_value = incentives.axis_value))
)

select
    payee_id,
    period_id,
    plan_id,
    component_id,
    position_id,
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
    currency_code
from above
where tier_number = next_tier_number
