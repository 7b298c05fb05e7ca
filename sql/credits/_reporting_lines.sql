-- One row per position, level and interval with the position that stands so many levels above it: six that credits climb, and a seventh that tells of more.
with managers as (
    select hierarchy_id, position_id, manager_position_id, from_date, to_date
    from credits._managers
),

-- The path ends where it would meet a position again.
level_1 as (
    select
        hierarchy_id,
        position_id,
        manager_position_id,
        from_date,
        to_date,
        '/' || position_id || '/' || manager_position_id || '/' as path
    from managers
    where position_id <> manager_position_id
),

level_2 as (
    select
        level_1.hierarchy_id,
        level_1.position_id,
        managers.manager_position_id,
        greatest(level_1.from_date, managers.from_date) as from_date,
        least(level_1.to_date, managers.to_date) as to_date,
        level_1.path || managers.manager_position_id || '/' as path
    from level_1
    inner join managers
        on level_1.hierarchy_id = managers.hierarchy_id
        and level_1.manager_position_id = managers.position_id
        and level_1.from_date < managers.to_date
        and managers.from_date < level_1.to_date
    where strpos(level_1.path, '/' || managers.manager_position_id || '/') = 0
),

level_3 as (
    select
        level_2.hierarchy_id,
        level_2.position_id,
        managers.manager_position_id,
        greatest(level_2.from_date, managers.from_date) as from_date,
        least(level_2.to_date, managers.to_date) as to_date,
        level_2.path || managers.manager_position_id || '/' as path
    from level_2
    inner join managers
        on level_2.hierarchy_id = managers.hierarchy_id
        and level_2.manager_position_id = managers.position_id
        and level_2.from_date < managers.to_date
        and managers.from_date < level_2.to_date
    where strpos(level_2.path, '/' || managers.manager_position_id || '/') = 0
),

level_4 as (
    select
        level_3.hierarchy_id,
        level_3.position_id,
        managers.manager_position_id,
        greatest(level_3.from_date, managers.from_date) as from_date,
        least(level_3.to_date, managers.to_date) as to_date,
        level_3.path || managers.manager_position_id || '/' as path
    from level_3
    inner join managers
        on level_3.hierarchy_id = managers.hierarchy_id
        and level_3.manager_position_id = managers.position_id
        and level_3.from_date < managers.to_date
        and managers.from_date < level_3.to_date
    where strpos(level_3.path, '/' || managers.manager_position_id || '/') = 0
),

level_5 as (
    select
        level_4.hierarchy_id,
        level_4.position_id,
        managers.manager_position_id,
        greatest(level_4.from_date, managers.from_date) as from_date,
        least(level_4.to_date, managers.to_date) as to_date,
        level_4.path || managers.manager_position_id || '/' as path
    from level_4
    inner join managers
        on level_4.hierarchy_id = managers.hierarchy_id
        and level_4.manager_position_id = managers.position_id
        and level_4.from_date < managers.to_date
        and managers.from_date < level_4.to_date
    where strpos(level_4.path, '/' || managers.manager_position_id || '/') = 0
),

level_6 as (
    select
        level_5.hierarchy_id,
        level_5.position_id,
        managers.manager_position_id,
        greatest(level_5.from_date, managers.from_date) as from_date,
        least(level_5.to_date, managers.to_date) as to_date,
        level_5.path || managers.manager_position_id || '/' as path
    from level_5
    inner join managers
        on level_5.hierarchy_id = managers.hierarchy_id
        and level_5.manager_position_id = managers.position_id
        and level_5.from_date < managers.to_date
        and managers.from_date < level_5.to_date
    where strpos(level_5.path, '/' || managers.manager_position_id || '/') = 0
),

level_7 as (
    select
        level_6.hierarchy_id,
        level_6.position_id,
        managers.manager_position_id,
        greatest(level_6.from_date, managers.from_date) as from_date,
        least(level_6.to_date, managers.to_date) as to_date,
        level_6.path || managers.manager_position_id || '/' as path
    from level_6
    inner join managers
        on level_6.hierarchy_id = managers.hierarchy_id
        and level_6.manager_position_id = managers.position_id
        and level_6.from_date < managers.to_date
        and managers.from_date < level_6.to_date
    where strpos(level_6.path, '/' || managers.manager_position_id || '/') = 0
)

select hierarchy_id, position_id, 1 as level_number, manager_position_id, from_date, to_date
from level_1
union all
select hierarchy_id, position_id, 2 as level_number, manager_position_id, from_date, to_date
from level_2
union all
select hierarchy_id, position_id, 3 as level_number, manager_position_id, from_date, to_date
from level_3
union all
select hierarchy_id, position_id, 4 as level_number, manager_position_id, from_date, to_date
from level_4
union all
select hierarchy_id, position_id, 5 as level_number, manager_position_id, from_date, to_date
from level_5
union all
select hierarchy_id, position_id, 6 as level_number, manager_position_id, from_date, to_date
from level_6
union all
select hierarchy_id, position_id, 7 as level_number, manager_position_id, from_date, to_date
from level_7
