-- One row per figure, seat and month.
with listings as (
    select position_id, period_id, listing_count
    from staging.listings
)

select
    'new-listings' as figure_id,
    listings.position_id,
    listings.period_id,
    cast(listings.listing_count as decimal(38, 10)) as figure_value
from listings
