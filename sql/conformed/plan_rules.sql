-- One row per credit rule.
select
    rule_id, rule_set_id, credit_type, alignment_id, alignment_at, product_scope_kind, product_scope_key,
    hierarchy_id, level_count, document_file, document_line
from staging.plan_rules
