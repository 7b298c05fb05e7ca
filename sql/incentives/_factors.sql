-- One row per multiplier of a component (empty: of the plan itself), position, payee and period: what it looks at, and its factor.
with multipliers as (
    select plan_id, component_id, multiplier_number, by_component_id, by_axis, evaluated, curve_id, below_output
    from conformed.plan_multipliers
),

tiers as (
    select
        plan_id, curve_id, tier_number, from_value, border, output_from, output_to, line_from_value, line_to_value
    from conformed.plan_tiers
),

measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, measured_value, attainment_rate, period_value,
        period_attainment_rate
    from attainment.measures
    where payee_id <> ''
),

-- What cannot be measured has no value; what has no target has one.
asked as (
    select
        multipliers.plan_id, multipliers.component_id, measures.position_id, measures.payee_id, measures.period_id,
        multipliers.multiplier_number, multipliers.by_component_id, multipliers.by_axis, multipliers.evaluated,
        multipliers.curve_id, multipliers.below_output,
        case
            when multipliers.by_axis = 'attainment' and multipliers.evaluated = 'period'
                then cast(measures.period_attainment_rate as decimal(38, 10))
            when multipliers.by_axis = 'attainment' then cast(measures.attainment_rate as decimal(38, 10))
            when multipliers.evaluated = 'period' then measures.period_value
            else measures.measured_value
        end as looked_up_value
    from multipliers
    inner join measures
        on multipliers.plan_id = measures.plan_id
        and multipliers.by_component_id = measures.component_id
),

passed as (
    select
        asked.plan_id, asked.component_id, asked.position_id, asked.payee_id, asked.period_id, asked.multiplier_number,
        tiers.tier_number, tiers.output_from, tiers.output_to, tiers.line_from_value, tiers.line_to_value,
        max(tiers.tier_number) over (
            partition by
                asked.plan_id, asked.component_id, asked.position_id, asked.payee_id, asked.period_id,
                asked.multiplier_number
        ) as reached_tier_number
    from asked
    inner join tiers
        on asked.plan_id = tiers.plan_id
        and asked.curve_id = tiers.curve_id
    where asked.looked_up_value > tiers.from_value
        or (tiers.border = 'lower_inclusive' and asked.looked_up_value = tiers.from_value)
),

reached as (
    select
        plan_id, component_id, position_id, payee_id, period_id, multiplier_number, tier_number, output_from, output_to,
        line_from_value, line_to_value
    from passed
    where tier_number = reached_tier_number
)

select
    asked.plan_id,
    asked.component_id,
    asked.position_id,
    asked.payee_id,
    asked.period_id,
    asked.multiplier_number,
    asked.by_component_id,
    asked.by_axis,
    asked.evaluated,
    asked.looked_up_value,
    reached.tier_number,
    reached.line_from_value,
    reached.output_from,
    reached.line_to_value,
    reached.output_to,
    case
        when asked.looked_up_value is null then null
        when reached.tier_number is null then asked.below_output
        when reached.line_from_value is null then reached.output_from
        else interpolate(
            asked.looked_up_value, reached.line_from_value, reached.output_from, reached.line_to_value,
            reached.output_to
        )
    end as factor_rate
from asked
left join reached
    on asked.plan_id = reached.plan_id
    and asked.component_id = reached.component_id
    and asked.position_id = reached.position_id
    and asked.payee_id = reached.payee_id
    and asked.period_id = reached.period_id
    and asked.multiplier_number = reached.multiplier_number
