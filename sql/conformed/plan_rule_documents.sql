-- One row per credit rule and document type.
select
    rule_id, rule_set_id, document_type, document_file, document_line
from staging.plan_rule_documents
