-- One row per rate of products in a component.
select
    plan_id, component_id, product_scope_kind, product_scope_key, rate_value, document_file, document_line
from landed.plan_rates
