-- One row per curve of a plan: those that pay, those of multipliers, and those that override for a unit, role, position or payee.
select
    plan_id, curve_id, component_id, curve_kind, scope_kind, scope_key, scope_rank, document_file,
    document_line
from landed.plan_curves
