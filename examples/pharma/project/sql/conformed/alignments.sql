-- One row per brick or pharmacy, seat and first day.
with brick_alignments as (
    select place_id, position_id, from_date, to_date, share_rate
    from staging.brick_alignments
),

pharmacy_alignments as (
    select account_id, position_id, from_date, to_date, share_rate
    from staging.pharmacy_alignments
),

alignments as (
    select 'place' as place_kind, place_id as place_key, position_id, from_date, to_date, share_rate
    from brick_alignments
    union all
    select 'account' as place_kind, account_id as place_key, position_id, from_date, to_date, share_rate
    from pharmacy_alignments
)

select
    'field-force' as alignment_id,
    alignments.place_kind,
    alignments.place_key,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    alignments.position_id,
    alignments.from_date,
    alignments.to_date,
    alignments.share_rate
from alignments
