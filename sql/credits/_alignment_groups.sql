-- One row per group of positions that share a place's sales of a product over an interval.
with members as (
    select group_number, alignment_id, place_kind, place_key, product_id, share_rate, from_date, to_date
    from credits._alignment_members
)

select
    group_number,
    alignment_id,
    place_kind,
    place_key,
    product_id,
    sum(share_rate) as share_rate,
    from_date,
    to_date
from members
group by group_number, alignment_id, place_kind, place_key, product_id, from_date, to_date
