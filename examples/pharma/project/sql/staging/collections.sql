-- One row per account manager and month whose orders the hospitals have paid.
with landed_collections as (
    select collection_number, employee_number, order_period_id, collected_date
    from landed.finance_collections
)

select
    landed_collections.collection_number as event_id,
    landed_collections.employee_number as payee_id,
    landed_collections.order_period_id as origin_period_id,
    landed_collections.collected_date as event_date
from landed_collections
