-- One row per multiplied component (empty: the plan itself), position, payee and period: its factors in the order listed, 1 where there is none.
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
    case when count(factor_rate) < count(multiplier_number) then true else false end as lacks_value,
    case when max(multiplier_number) > 6 then true else false end as has_too_many,
    coalesce(max(case when multiplier_number = 1 then factor_rate else null end), 1.0000000000) as factor_1_rate,
    coalesce(max(case when multiplier_number = 2 then factor_rate else null end), 1.0000000000) as factor_2_rate,
    coalesce(max(case when multiplier_number = 3 then factor_rate else null end), 1.0000000000) as factor_3_rate,
    coalesce(max(case when multiplier_number = 4 then factor_rate else null end), 1.0000000000) as factor_4_rate,
    coalesce(max(case when multiplier_number = 5 then factor_rate else null end), 1.0000000000) as factor_5_rate,
    coalesce(max(case when multiplier_number = 6 then factor_rate else null end), 1.0000000000) as factor_6_rate
from factors
group by plan_id, component_id, position_id, payee_id, period_id
