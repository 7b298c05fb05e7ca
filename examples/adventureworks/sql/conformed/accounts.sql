-- One row per reseller.
with resellers as (
    select reseller_id, reseller_name, business_type
    from staging.resellers
)
select
    reseller_id as account_id,
    reseller_name as account_name,
    business_type as account_kind,
    cast(null as varchar) as place_id
from resellers
