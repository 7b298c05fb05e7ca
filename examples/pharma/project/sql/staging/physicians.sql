-- One row per physician.
with landed_physicians as (
    select physician_number, physician_name, brick_number
    from landed.crm_physicians
)

select
    landed_physicians.physician_number as account_id,
    landed_physicians.physician_name as account_name,
    landed_physicians.brick_number as place_id
from landed_physicians
