-- One row per objective, seat and quarter.
with objectives as (
    select objective_id, position_id, period_id, score_value
    from staging.objectives
)

select
    objectives.objective_id,
    objectives.position_id,
    '' as payee_id,
    objectives.period_id,
    objectives.score_value
from objectives
