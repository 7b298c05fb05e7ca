-- One row per period, window and period of the same kind that the window adds up.
with periods as (
    select period_id, period_kind, from_date, to_date, quarter_id, year_id
    from conformed.periods
),

component_windows as (
    select window_kind
    from conformed.plan_components
),

term_windows as (
    select window_kind
    from conformed.plan_terms
),

named_windows as (
    select window_kind
    from component_windows
    union all
    select window_kind
    from term_windows
),

-- Windows without end and windows of so many periods are listed where a plan uses them.
open_windows as (
    select
        window_kind,
        case when window_kind = 'plan_to_date' then 1000000 else cast(substr(window_kind, 9) as bigint) end as period_count
    from named_windows
    where window_kind = 'plan_to_date' or strpos(window_kind, 'rolling_') = 1
    group by window_kind
),

numbered as (
    select
        period_id, period_kind,
        cast(row_number() over (partition by period_kind order by from_date) as bigint) as period_number
    from periods
)

select
    period_id,
    'period' as window_kind,
    period_id as part_period_id
from periods
union all
select
    periods.period_id,
    'quarter_to_date' as window_kind,
    earlier.period_id as part_period_id
from periods
inner join periods as earlier
    on periods.period_kind = earlier.period_kind
    and periods.quarter_id = earlier.quarter_id
    and earlier.from_date <= periods.from_date
where periods.period_kind <> 'year'
union all
select
    periods.period_id,
    'year_to_date' as window_kind,
    earlier.period_id as part_period_id
from periods
inner join periods as earlier
    on periods.period_kind = earlier.period_kind
    and periods.year_id = earlier.year_id
    and earlier.from_date <= periods.from_date
union all
select
    numbered.period_id,
    open_windows.window_kind,
    earlier.period_id as part_period_id
from numbered
cross join open_windows
inner join numbered as earlier
    on numbered.period_kind = earlier.period_kind
    and earlier.period_number <= numbered.period_number
    and earlier.period_number > numbered.period_number - open_windows.period_count
