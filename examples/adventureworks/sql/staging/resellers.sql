-- One row per reseller.
with resellers as (
    select reseller_id, reseller_name, business_type
    from landed.erp_resellers
)
select reseller_id, reseller_name, business_type
from resellers
