-- One row per gate of a component, position, payee and period: what it looks at, the factor it gives, and on what.
with gates as (
    select
        plan_id, component_id, gate_number, gate_component_id, evaluated, later, otherwise_rate, gate_axis, comparison,
        border_value
    from conformed.plan_gates
),

components as (
    select plan_id, component_id, timing
    from conformed.plan_components
),

measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, measured_value, attainment_rate, period_value,
        period_attainment_rate
    from attainment.measures
    where payee_id <> ''
),

-- What cannot be measured has no value; what has no target has one.
looked_at as (
    select
        gates.plan_id, gates.component_id, measures.position_id, measures.payee_id, measures.period_id,
        gates.gate_number, gates.gate_component_id, gates.evaluated, gates.later, gates.otherwise_rate, gates.gate_axis,
        gates.comparison, gates.border_value,
        -- Where earlier periods were paid, a gate may act on what is added, or on what is not yet earned.
        case
            when components.timing <> 'true_up' or gates.later = 'reverse' then 'total'
            when gates.later = 'withhold' then 'rest'
            else 'growth'
        end as acts_on,
        case
            when gates.gate_axis = 'attainment' and gates.evaluated = 'period'
                then cast(measures.period_attainment_rate as decimal(38, 10))
            when gates.gate_axis = 'attainment' then cast(measures.attainment_rate as decimal(38, 10))
            when gates.evaluated = 'period' then measures.period_value
            else measures.measured_value
        end as looked_at_value
    from gates
    inner join components
        on gates.plan_id = components.plan_id
        and gates.component_id = components.component_id
    inner join measures
        on gates.plan_id = measures.plan_id
        and gates.gate_component_id = measures.component_id
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    gate_number,
    gate_component_id,
    gate_axis,
    evaluated,
    later,
    comparison,
    border_value,
    looked_at_value,
    acts_on,
    case
        when min(case when acts_on = 'total' then 1 else 0 end) over (
            partition by plan_id, component_id, position_id, payee_id, period_id
            order by gate_number
            rows between unbounded preceding and current row
        ) = 1 then true
        else false
    end as is_before_rounding,
    case
        when looked_at_value is null then null
        when looked_at_value > border_value or (comparison = 'at_least' and looked_at_value = border_value) then 1.000000
        else otherwise_rate
    end as gate_rate
from looked_at
