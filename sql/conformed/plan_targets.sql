-- One row per target that overrides another for a unit, role, position or payee.
select
    plan_id, component_id, scope_kind, scope_key, scope_rank, target_amount, document_file, document_line
from staging.plan_targets
