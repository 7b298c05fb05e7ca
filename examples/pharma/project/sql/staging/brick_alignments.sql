-- One row per unit, force, brick, seat and first day.
with landed_brick_alignments as (
    select unit_number, force_name, brick_number, position_number, from_date, last_date, share_percent, brand_name
    from landed.crm_brick_alignments
)

select
    landed_brick_alignments.unit_number as unit_id,
    landed_brick_alignments.force_name as force_id,
    landed_brick_alignments.brick_number as place_id,
    landed_brick_alignments.position_number as position_id,
    landed_brick_alignments.brand_name as brand_id,
    landed_brick_alignments.from_date,
    case
        when landed_brick_alignments.last_date = date '9999-12-31' then landed_brick_alignments.last_date
        else landed_brick_alignments.last_date + interval '1 day'
    end as to_date,
    cast(landed_brick_alignments.share_percent * 0.01 as decimal(18, 6)) as share_rate
from landed_brick_alignments
