-- One row per pharmacy.
with pharmacies as (
    select account_id, account_name, account_kind, place_id
    from staging.pharmacies
)

select
    pharmacies.account_id,
    pharmacies.account_name,
    pharmacies.account_kind,
    pharmacies.place_id
from pharmacies
