-- One row per hierarchy, position and interval with exactly one manager: where intervals overlap, the one that began last counts while it lasts.
with hierarchies as (
    select hierarchy_id, position_id, manager_position_id, from_date, to_date
    from conformed.hierarchies
),

borders as (
    select hierarchy_id, position_id, from_date as border_date
    from hierarchies
    union all
    select hierarchy_id, position_id, to_date as border_date
    from hierarchies
),

border_dates as (
    select hierarchy_id, position_id, border_date
    from borders
    group by hierarchy_id, position_id, border_date
),

intervals as (
    select
        hierarchy_id, position_id, border_date as from_date,
        lead(border_date) over (partition by hierarchy_id, position_id order by border_date) as to_date
    from border_dates
),

ranked as (
    select
        intervals.hierarchy_id, intervals.position_id, hierarchies.manager_position_id, intervals.from_date,
        intervals.to_date,
        row_number() over (
            partition by intervals.hierarchy_id, intervals.position_id, intervals.from_date
            order by hierarchies.from_date desc
        ) as number_from_last
    from intervals
    inner join hierarchies
        on intervals.hierarchy_id = hierarchies.hierarchy_id
        and intervals.position_id = hierarchies.position_id
        and hierarchies.from_date <= intervals.from_date
        and hierarchies.to_date >= intervals.to_date
)

select hierarchy_id, position_id, manager_position_id, from_date, to_date
from ranked
where number_from_last = 1
