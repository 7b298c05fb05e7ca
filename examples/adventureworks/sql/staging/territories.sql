-- One row per sales territory.
with regions as (
    select territory_id, territory_name, country, territory_group
    from landed.erp_regions
)
select territory_id, territory_name, country, territory_group
from regions
