-- One row per pool of a component.
select
    plan_id, component_id, pool_amount, pool_rate, pool_component_id, cohort, document_file, document_line
from staging.plan_pools
