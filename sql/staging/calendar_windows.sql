-- One row per period, window and base period that it adds up.
select
    period_id, window_kind, base_period_id, is_last
from landed.calendar_windows
