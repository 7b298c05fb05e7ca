-- One row per hospital, seat that shares it and first day.
with account_teams as (
    select account_id, position_id, from_date, to_date, share_rate
    from staging.account_teams
)

select
    account_teams.account_id,
    account_teams.position_id,
    account_teams.from_date,
    account_teams.to_date,
    account_teams.share_rate
from account_teams
