-- One row per position of a group: the positions that share a place's sales of a product over an interval in which nothing changes.
with alignments as (
    select
        alignment_id, place_kind, place_key, product_scope_kind, product_scope_key,
        position_id, from_date, to_date, share_rate
    from conformed.alignments
),

products as (
    select product_id, brand_id, category_id
    from conformed.products
),

-- Product `*` stands for every product that has no row of its own at the place.
by_product as (
    select
        alignment_id, place_kind, place_key, '*' as product_id, 0 as scope_rank,
        position_id, from_date, to_date, share_rate
    from alignments
    where product_scope_kind = 'all'
    union all
    select
        alignment_id, place_kind, place_key, product_scope_key as product_id, 3 as scope_rank,
        position_id, from_date, to_date, share_rate
    from alignments
    where product_scope_kind = 'product'
    union all
    select
        alignments.alignment_id, alignments.place_kind, alignments.place_key, products.product_id, 2 as scope_rank,
        alignments.position_id, alignments.from_date, alignments.to_date, alignments.share_rate
    from alignments
    inner join products on alignments.product_scope_key = products.brand_id
    where alignments.product_scope_kind = 'brand'
    union all
    select
        alignments.alignment_id, alignments.place_kind, alignments.place_key, products.product_id, 1 as scope_rank,
        alignments.position_id, alignments.from_date, alignments.to_date, alignments.share_rate
    from alignments
    inner join products on alignments.product_scope_key = products.category_id
    where alignments.product_scope_kind = 'category'
),

borders as (
    select alignment_id, place_kind, place_key, product_id, from_date as border_date
    from by_product
    union all
    select alignment_id, place_kind, place_key, product_id, to_date as border_date
    from by_product
),

border_dates as (
    select alignment_id, place_kind, place_key, product_id, border_date
    from borders
    group by alignment_id, place_kind, place_key, product_id, border_date
),

intervals as (
    select
        alignment_id, place_kind, place_key, product_id, border_date as from_date,
        lead(border_date) over (partition by alignment_id, place_kind, place_key, product_id order by border_date) as to_date
    from border_dates
),

valid_positions as (
    select
        intervals.alignment_id, intervals.place_kind, intervals.place_key, intervals.product_id,
        intervals.from_date, intervals.to_date, by_product.scope_rank, by_product.position_id,
        sum(by_product.share_rate) as share_rate
    from intervals
    inner join by_product
        on intervals.alignment_id = by_product.alignment_id
        and intervals.place_kind = by_product.place_kind
        and intervals.place_key = by_product.place_key
        and intervals.product_id = by_product.product_id
        and by_product.from_date <= intervals.from_date
        and by_product.to_date >= intervals.to_date
    group by
        intervals.alignment_id, intervals.place_kind, intervals.place_key, intervals.product_id,
        intervals.from_date, intervals.to_date, by_product.scope_rank, by_product.position_id
),

ranked_positions as (
    select
        alignment_id, place_kind, place_key, product_id, from_date, to_date, position_id, share_rate, scope_rank,
        max(scope_rank) over (partition by alignment_id, place_kind, place_key, product_id, from_date) as best_rank
    from valid_positions
)

select
    dense_rank() over (order by alignment_id, place_kind, place_key, product_id, from_date) as group_number,
    position_id,
    alignment_id,
    place_kind,
    place_key,
    product_id,
    share_rate,
    from_date,
    to_date
from ranked_positions
where scope_rank = best_rank
