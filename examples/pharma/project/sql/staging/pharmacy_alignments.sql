-- One row per pharmacy, seat and first day.
with landed_alignments as (
    select pharmacy_number, position_number, from_date, last_date, share_percent
    from landed.sales_pharmacy_alignments
)

select
    landed_alignments.pharmacy_number as account_id,
    landed_alignments.position_number as position_id,
    landed_alignments.from_date,
    case
        when landed_alignments.last_date = date '9999-12-31' then landed_alignments.last_date
        else landed_alignments.last_date + interval '1 day'
    end as to_date,
    cast(landed_alignments.share_percent * 0.01 as decimal(18, 6)) as share_rate
from landed_alignments
