-- One row per gate of a component.
select
    plan_id, component_id, gate_component_id, at_least_rate, evaluated, later, otherwise_rate, document_file,
    document_line
from staging.plan_gates
