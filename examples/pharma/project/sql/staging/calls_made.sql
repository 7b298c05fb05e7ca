-- One row per call.
with landed_calls as (
    select call_number, position_number, physician_number, called_at, channel_name
    from landed.crm_calls
)

select
    landed_calls.call_number as call_id,
    landed_calls.position_number as position_id,
    landed_calls.physician_number as account_id,
    cast(landed_calls.called_at as date) as call_date,
    landed_calls.channel_name as channel_id
from landed_calls
