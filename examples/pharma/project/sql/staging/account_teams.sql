-- One row per hospital, seat that shares it and first day.
with landed_account_teams as (
    select customer_number, position_number, from_date, last_date, share_percent
    from landed.crm_account_teams
)

select
    landed_account_teams.customer_number as account_id,
    landed_account_teams.position_number as position_id,
    landed_account_teams.from_date,
    case
        when landed_account_teams.last_date = date '9999-12-31' then landed_account_teams.last_date
        else landed_account_teams.last_date + interval '1 day'
    end as to_date,
    cast(landed_account_teams.share_percent * 0.01 as decimal(18, 6)) as share_rate
from landed_account_teams
