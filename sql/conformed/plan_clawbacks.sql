-- One row per step of a clawback.
select
    plan_id, cause, tier_number, counted, from_count, to_count, clawback_rate, of, installment_count,
    document_file, document_line
from staging.plan_clawbacks
