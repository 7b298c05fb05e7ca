-- One row per window, shift and period: the period that is counted in its place.
with periods as (
    select period_id, period_kind, from_date, to_date, quarter_id, year_id
    from conformed.periods
),

terms as (
    select window_kind, shift_kind
    from conformed.plan_terms
    group by window_kind, shift_kind
),

numbered as (
    select
        period_id, period_kind, quarter_id, year_id,
        cast(row_number() over (partition by period_kind order by from_date) as bigint) as period_number,
        row_number() over (partition by period_kind, year_id order by from_date) as number_in_year,
        row_number() over (partition by period_kind, quarter_id order by from_date) as number_in_quarter
    from periods
),

shifts as (
    select
        window_kind, shift_kind,
        case
            when shift_kind = 'previous_year' then 'year'
            when window_kind = 'year_to_date' or window_kind = 'plan_to_date' then 'year'
            when window_kind = 'quarter_to_date' then 'quarter'
            else 'count'
        end as shifted_by,
        case when strpos(window_kind, 'rolling_') = 1 then cast(substr(window_kind, 9) as bigint) else 1 end as period_count
    from terms
    where shift_kind <> 'none'
),

previous_years as (
    select years.year_id, earlier.year_id as previous_year_id
    from periods as years
    inner join periods as earlier
        on years.from_date = earlier.to_date
        and years.period_kind = earlier.period_kind
    where years.period_kind = 'year'
),

previous_quarters as (
    select quarters.quarter_id, earlier.quarter_id as previous_quarter_id
    from periods as quarters
    inner join periods as earlier
        on quarters.from_date = earlier.to_date
        and quarters.period_kind = earlier.period_kind
    where quarters.period_kind = 'quarter'
)

select
    terms.window_kind,
    terms.shift_kind,
    numbered.period_id as part_period_id,
    numbered.period_id as counted_period_id
from terms
cross join numbered
where terms.shift_kind = 'none'
union all
select
    shifts.window_kind,
    shifts.shift_kind,
    numbered.period_id as part_period_id,
    earlier.period_id as counted_period_id
from shifts
cross join numbered
inner join previous_years on numbered.year_id = previous_years.year_id
inner join numbered as earlier
    on previous_years.previous_year_id = earlier.year_id
    and numbered.period_kind = earlier.period_kind
    and numbered.number_in_year = earlier.number_in_year
where shifts.shifted_by = 'year'
union all
select
    shifts.window_kind,
    shifts.shift_kind,
    numbered.period_id as part_period_id,
    earlier.period_id as counted_period_id
from shifts
cross join numbered
inner join previous_quarters on numbered.quarter_id = previous_quarters.quarter_id
inner join numbered as earlier
    on previous_quarters.previous_quarter_id = earlier.quarter_id
    and numbered.period_kind = earlier.period_kind
    and numbered.number_in_quarter = earlier.number_in_quarter
where shifts.shifted_by = 'quarter'
union all
select
    shifts.window_kind,
    shifts.shift_kind,
    numbered.period_id as part_period_id,
    earlier.period_id as counted_period_id
from shifts
cross join numbered
inner join numbered as earlier
    on numbered.period_kind = earlier.period_kind
    and numbered.period_number - shifts.period_count = earlier.period_number
where shifts.shifted_by = 'count'
