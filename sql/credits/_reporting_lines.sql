-- One row per position, level and interval with the position that stands so many levels above it: six that credits climb, and a seventh that tells of more.
with recursive managers as (
    select hierarchy_id, position_id, manager_position_id, from_date, to_date
    from credits._managers
),

-- The path ends where it would meet a position again.
climb as (
    select
        hierarchy_id, position_id, cast(1 as bigint) as level_number, manager_position_id, from_date, to_date,
        '/' || position_id || '/' || manager_position_id || '/' as path
    from managers
    where position_id <> manager_position_id
    union all
    select
        climb.hierarchy_id,
        climb.position_id,
        climb.level_number + 1 as level_number,
        managers.manager_position_id,
        greatest(climb.from_date, managers.from_date) as from_date,
        least(climb.to_date, managers.to_date) as to_date,
        climb.path || managers.manager_position_id || '/' as path
    from climb
    inner join managers
        on climb.hierarchy_id = managers.hierarchy_id
        and climb.manager_position_id = managers.position_id
        and climb.from_date < managers.to_date
        and managers.from_date < climb.to_date
    where climb.level_number < 7 and strpos(climb.path, '/' || managers.manager_position_id || '/') = 0
)

select hierarchy_id, position_id, level_number, manager_position_id, from_date, to_date
from climb
