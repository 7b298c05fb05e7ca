-- One row per seat and month: pharmacies that listed a new product.
with landed_listings as (
    select position_number, period_id, listing_count
    from landed.crm_listings
)

select
    landed_listings.position_number as position_id,
    landed_listings.period_id,
    landed_listings.listing_count
from landed_listings
