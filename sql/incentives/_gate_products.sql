-- One row per gated component, position, payee and period: the product of its gates' factors, and the gate that is shown for them.
with gates as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_number, gate_component_id, evaluated, later,
        looked_at_value, gate_rate
    from incentives._gates
),

-- The first gate that cannot be measured is shown, else the first that is shut, else the first.
numbered as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_number, gate_component_id, evaluated, later,
        looked_at_value, gate_rate,
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
        count(gate_rate) as measured_count,
        max(gate_number) as last_gate_number,
        max(case when shown_number = 1 then gate_component_id else null end) as gate_component_id,
        max(case when shown_number = 1 then looked_at_value else null end) as looked_at_value,
        min(evaluated) as gate_evaluated,
        max(evaluated) as last_evaluated,
        min(later) as gate_later,
        max(later) as last_later,
        max(case when gate_number = 1 then gate_rate else null end) as rate_1,
        max(case when gate_number = 2 then gate_rate else null end) as rate_2,
        max(case when gate_number = 3 then gate_rate else null end) as rate_3,
        max(case when gate_number = 4 then gate_rate else null end) as rate_4,
        max(case when gate_number = 5 then gate_rate else null end) as rate_5,
        max(case when gate_number = 6 then gate_rate else null end) as rate_6
    from numbered
    group by plan_id, component_id, position_id, payee_id, period_id
)

-- Factors are rates: their product is cut to six digits, half-up.
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
    case when gate_evaluated <> last_evaluated or gate_later <> last_later then false else true end as is_alike,
    case when last_gate_number > 6 then true else false end as has_too_many,
    case
        when measured_count < gate_count then null
        else cast(
            round_to(
                times(
                    times(
                        times(
                            times(
                                times(coalesce(rate_1, 1.000000), coalesce(rate_2, 1.000000)),
                                coalesce(rate_3, 1.000000)
                            ),
                            coalesce(rate_4, 1.000000)
                        ),
                        coalesce(rate_5, 1.000000)
                    ),
                    coalesce(rate_6, 1.000000)
                ),
                6
            ) as decimal(18, 6)
        )
    end as gate_rate
from gathered
