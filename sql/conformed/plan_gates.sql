-- One row per gate of a component.
select
    plan_id, component_id, gate_number, gate_component_id, at_least_rate, evaluated, later, otherwise_rate,
    gate_axis, comparison, border_value, document_file, document_line
from staging.plan_gates
