-- One row per hierarchy, position and interval with exactly one manager: where intervals overlap, the later one wins.
with hierarchies as (
    select hierarchy_id, position_id, manager_position_id, from_date, to_date
    from conformed.hierarchies
),

following as (
    select
        hierarchy_id, position_id, manager_position_id, from_date, to_date,
        lead(from_date) over (partition by hierarchy_id, position_id order by from_date) as next_from_date
    from hierarchies
)

select
    hierarchy_id,
    position_id,
    manager_position_id,
    from_date,
    case when next_from_date < to_date then next_from_date else to_date end as to_date,
    coalesce(next_from_date < to_date, false) as is_cut
from following
