-- One row per kind of leave that a plan counts.
select
    plan_id, leave_kind, document_file, document_line
from staging.plan_leaves
