-- One row per multiplier of a component or a plan.
select
    plan_id, component_id, multiplier_number, by_component_id, by_axis, evaluated, curve_id, lookup,
    below_output, above, document_file, document_line
from staging.plan_multipliers
