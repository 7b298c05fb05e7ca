-- One row per unit, customer, seat and first day.
with landed_account_alignments as (
    select unit_number, customer_number, position_number, from_date, last_date
    from landed.crm_account_alignments
)

select
    landed_account_alignments.unit_number as unit_id,
    landed_account_alignments.customer_number as account_id,
    landed_account_alignments.position_number as position_id,
    landed_account_alignments.from_date,
    case
        when landed_account_alignments.last_date = date '9999-12-31' then landed_account_alignments.last_date
        else landed_account_alignments.last_date + interval '1 day'
    end as to_date
from landed_account_alignments
