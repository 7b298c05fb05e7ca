-- One row per month of a ramp.
select
    plan_id, component_id, month_number, ramp_rate, document_file, document_line
from staging.plan_ramps
