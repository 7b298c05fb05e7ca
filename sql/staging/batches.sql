-- One row per landed batch.
select
    stream, batch_number, delivered_count, landed_count, quarantined_count, repeated_count, refused_count,
    changed_count, withdrawn_count
from landed.batches
