-- One row per business unit.
with landed_units as (
    select unit_number, country_code, area_name, currency_code
    from landed.crm_units
)

select
    landed_units.unit_number as unit_id,
    landed_units.country_code,
    landed_units.area_name as category_id,
    landed_units.currency_code
from landed_units
