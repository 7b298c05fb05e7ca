-- One row per component of a plan.
select
    plan_id, component_id, component_title, component_number, weight_rate, measure_kind, rule_set_id, measure_level,
    product_scope_kind, product_scope_key, measure_unit, window_kind, target_set_id, zero_target, axis, basis, lookup,
    output, timing, below, above, rate_source, cap_of, cap_at, cap_excess, document_file, document_line
from landed.plan_components
