-- One row per business unit.
with units as (
    select unit_id, country_code, category_id, currency_code
    from staging.units
)

select
    units.unit_id,
    units.country_code,
    units.category_id,
    units.currency_code
from units
