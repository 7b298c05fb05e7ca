-- One row per rule set that a measure of the level above counts, position and period: who manages the position on the last day of the period.
with terms as (
    select rule_set_id
    from attainment._counted_terms
    where measure_level = 'above'
    group by rule_set_id
),

counted_hierarchies as (
    select rule_set_id, hierarchy_id
    from attainment._counted_hierarchies
),

seat_periods as (
    select position_id, period_id, to_date
    from attainment._seat_periods
    group by position_id, period_id, to_date
),

hierarchies as (
    select hierarchy_id, position_id, manager_position_id, from_date, to_date
    from conformed.hierarchies
),

-- Where two intervals overlap, the one that began last counts while it lasts.
ranked as (
    select
        terms.rule_set_id, seat_periods.position_id, seat_periods.period_id, hierarchies.manager_position_id,
        row_number() over (
            partition by terms.rule_set_id, seat_periods.position_id, seat_periods.period_id
            order by hierarchies.from_date desc, hierarchies.manager_position_id
        ) as number_from_last
    from terms
    inner join counted_hierarchies on terms.rule_set_id = counted_hierarchies.rule_set_id
    inner join hierarchies on counted_hierarchies.hierarchy_id = hierarchies.hierarchy_id
    inner join seat_periods
        on hierarchies.position_id = seat_periods.position_id
        and hierarchies.from_date < seat_periods.to_date
        and hierarchies.to_date >= seat_periods.to_date
)

select rule_set_id, position_id, period_id, manager_position_id
from ranked
where number_from_last = 1
