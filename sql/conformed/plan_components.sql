-- One row per component of a plan.
select
    plan_id, component_id, component_title, component_number, weight_rate, measure_kind, rule_set_id,
    measure_level, product_scope_kind, product_scope_key, measure_unit, window_kind, target_set_id,
    zero_target, axis, basis, lookup, output, timing, below, above, rate_source, cap_of, cap_at, cap_excess,
    pay_kind, formula, attainment_kind, attainment_digits, attainment_mode, target_source, target_amount,
    running_by, second_component_id, second_axis, cap_holds, floor_of, floor_at, floor_holds,
    ranked_component_id, ranked_by, ranked_order, cohort, minimum_cohort_count, tie_rule, tie_component_id,
    tie_pay, target_span, document_file, document_line
from staging.plan_components
