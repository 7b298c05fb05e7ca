-- One row per salesperson and assigned territory.
with salesperson_regions as (
    select employee_key, territory_id
    from landed.erp_salesperson_regions
)
select employee_key, territory_id
from salesperson_regions
