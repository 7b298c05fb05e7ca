-- One row per call.
with calls_made as (
    select call_id, position_id, account_id, call_date
    from staging.calls_made
),

days as (
    select day_date, period_id
    from conformed.days
)

select
    calls_made.call_id,
    calls_made.position_id,
    calls_made.account_id,
    calls_made.call_date,
    days.period_id
from calls_made
inner join days on calls_made.call_date = days.day_date
