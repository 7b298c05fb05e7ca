-- One row per rule set.
select
    rule_set_id, rule_set_title, credit_type, document_file, document_line
from staging.plan_rule_sets
