-- One row per gated component, position, payee and period: whether all its gates can be measured, and the gate that is shown for them.
with gates as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_number, gate_component_id, evaluated, later,
        looked_at_value, acts_on, gate_rate
    from incentives._gates
),

-- The first gate that cannot be measured is shown, else the first that is shut, else the first.
numbered as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_number, gate_component_id, evaluated, later,
        looked_at_value, acts_on, gate_rate,
        row_number() over (
            partition by plan_id, component_id, position_id, payee_id, period_id
            order by case when gate_rate is null then 0 when gate_rate <> 1.0 then 1 else 2 end, gate_number
        ) as shown_number
    from gates
),

gathered as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        count(gate_number) as gate_count,
        max(case when shown_number = 1 then gate_component_id else null end) as gate_component_id,
        max(case when shown_number = 1 then looked_at_value else null end) as looked_at_value,
        max(case when shown_number = 1 then evaluated else null end) as gate_evaluated,
        max(case when shown_number = 1 then later else null end) as gate_later,
        max(case when acts_on = 'total' then 0 else 1 end) as acts_on_increase,
        times_each(1.000000, array_agg(gate_rate order by gate_number)) as gate_rate
    from numbered
    group by plan_id, component_id, position_id, payee_id, period_id
)

-- Factors are rates: what they come to is told at six digits.
select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    gate_count,
    gate_component_id,
    cast(round_to(looked_at_value, 6) as decimal(18, 6)) as gate_value,
    gate_evaluated,
    gate_later,
    case when acts_on_increase = 1 then 'increase' else 'total' end as gate_acts_on,
    cast(round_to(gate_rate, 6) as decimal(18, 6)) as gate_rate
from gathered
