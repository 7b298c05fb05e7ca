-- One row per tier of a curve.
select
    plan_id, curve_id, component_id, tier_number, from_value, to_value, border, output_from, output_to,
    line_from_value, line_to_value, second_from_value, second_to_value, second_border, document_file,
    document_line
from staging.plan_tiers
