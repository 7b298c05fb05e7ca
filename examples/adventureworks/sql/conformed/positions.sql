-- One row per seat.
with sales_force as (
    select position_id, title, role_id, team_id
    from conformed.sales_force
)
select
    position_id,
    title as position_title,
    role_id,
    'reseller-sales' as unit_id,
    team_id
from sales_force
