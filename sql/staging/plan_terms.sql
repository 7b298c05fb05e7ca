-- One row per term of a measure.
select
    plan_id, component_id, term_number, term_id, term_source, rule_set_id, measure_level, product_scope_kind,
    product_scope_key, channel_id, measure_unit, window_kind, shift_kind, figure_id, other_component_id,
    other_axis, amount_cap, amount_cap_split, rule_ids, document_file, document_line
from landed.plan_terms
