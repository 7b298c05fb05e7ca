-- One row per objective, seat and quarter.
with landed_objectives as (
    select objective_name, position_number, period_id, score_value
    from landed.crm_objectives
)

select
    landed_objectives.objective_name as objective_id,
    landed_objectives.position_number as position_id,
    landed_objectives.period_id,
    cast(landed_objectives.score_value as decimal(38, 10)) as score_value
from landed_objectives
