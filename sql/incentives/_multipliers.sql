-- One row per multiplied component (empty: the plan itself), position, payee and period: how many multipliers it has, and whether each has a factor.
with factors as (
    select plan_id, component_id, position_id, payee_id, period_id, multiplier_number, factor_rate
    from incentives._factors
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    count(multiplier_number) as multiplier_count,
    case when count(factor_rate) < count(multiplier_number) then true else false end as lacks_value
from factors
group by plan_id, component_id, position_id, payee_id, period_id
