-- One row per period, of any kind, that the transactions have reached.
with periods as (
    select period_id, period_kind, from_date, to_date, quarter_id, year_id, day_count, working_day_count
    from conformed.periods
),

horizon as (
    select from_date, to_date
    from attainment._horizon
)

select
    periods.period_id,
    periods.period_kind,
    periods.from_date,
    periods.to_date,
    periods.quarter_id,
    periods.year_id,
    periods.day_count,
    periods.working_day_count
from periods
inner join horizon on periods.from_date < horizon.to_date and horizon.from_date < periods.to_date
