-- One row per weight that overrides another for a unit, role, position or payee.
select
    plan_id, component_id, scope_kind, scope_key, scope_rank, weight_rate, document_file, document_line
from staging.plan_weights
