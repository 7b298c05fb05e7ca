-- One row per part in which a deposit is paid.
select
    plan_id, part_number, part_id, part_rate, release_kind, release_count, event_kind, part_weight,
    time_number, time_count, document_file,
    document_line
from staging.plan_payment_parts
