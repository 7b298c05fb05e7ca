-- One row per period, window and period of the same kind that the window adds up.
with periods as (
    select period_id, period_kind, from_date, to_date, quarter_id, year_id
    from conformed.periods
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
