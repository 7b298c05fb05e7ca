-- One row per seat.
with landed_positions as (
    select position_number, position_title, role_name, unit_number, team_name
    from landed.crm_positions
)

select
    landed_positions.position_number as position_id,
    landed_positions.position_title,
    case landed_positions.role_name
        when 'Product Specialist' then 'product_specialist'
        when 'Key Account Manager' then 'account_manager'
        when 'Channel Manager' then 'channel_manager'
        when 'Regional Manager' then 'regional_manager'
        when 'Business Unit Manager' then 'unit_manager'
        when 'Head of Sales' then 'head'
        else 'representative'
    end as role_id,
    landed_positions.unit_number as unit_id,
    landed_positions.team_name as team_id
from landed_positions
