-- One row per day.
select
    day_date, period_id, quarter_id, year_id, is_working_day
from landed.calendar_days
