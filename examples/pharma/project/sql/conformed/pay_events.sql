-- One row per account manager and month whose orders the hospitals have paid.
with collections as (
    select event_id, payee_id, origin_period_id, event_date
    from staging.collections
),

days as (
    select day_date, period_id
    from conformed.days
)

select
    collections.event_id,
    'collected' as event_kind,
    collections.payee_id,
    'commission' as earning_code,
    collections.origin_period_id,
    collections.event_date,
    days.period_id
from collections
inner join days on collections.event_date = days.day_date
