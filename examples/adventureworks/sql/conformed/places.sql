-- One row per sales territory.
with territories as (
    select territory_id, territory_name, country, territory_group
    from staging.territories
)
select
    territory_id as place_id,
    territory_name as place_name,
    country,
    territory_group
from territories
