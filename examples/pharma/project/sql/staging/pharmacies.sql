-- One row per pharmacy.
with landed_pharmacies as (
    select pharmacy_number, pharmacy_name, kind_name, brick_number
    from landed.erp_pharmacies
)

select
    landed_pharmacies.pharmacy_number as account_id,
    landed_pharmacies.pharmacy_name as account_name,
    case landed_pharmacies.kind_name
        when 'Klinik' then 'hospital'
        else 'pharmacy'
    end as account_kind,
    landed_pharmacies.brick_number as place_id
from landed_pharmacies
