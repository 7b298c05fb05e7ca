-- One row per period of any kind.
select
    period_id, period_kind, from_date, to_date, quarter_id, year_id, number_in_year, day_count, working_day_count
from staging.calendar_periods
