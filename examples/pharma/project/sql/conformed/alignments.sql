-- One row per force, brick or customer, products, seat and first day; and restated to the map of the year's end.
with brick_alignments as (
    select unit_id, force_id, place_id, position_id, brand_id, from_date, to_date, share_rate
    from staging.brick_alignments
),

account_alignments as (
    select unit_id, account_id, position_id, from_date, to_date
    from staging.account_alignments
),

brick_map as (
    select old_place_id, place_id, weight_rate
    from staging.brick_map
),

last_bricks as (
    select unit_id, place_id, position_id, share_rate
    from brick_alignments
    where force_id = 'territory' and from_date <= date '2025-12-31' and to_date > date '2025-12-31'
),

-- An old brick belongs to whoever has its parts.
restated_bricks as (
    select unit_id, place_id, position_id, share_rate
    from last_bricks
    union all
    select
        last_bricks.unit_id, brick_map.old_place_id as place_id, last_bricks.position_id,
        cast(round_to(sum(times(last_bricks.share_rate, brick_map.weight_rate)), 6) as decimal(18, 6)) as share_rate
    from brick_map
    inner join last_bricks on brick_map.place_id = last_bricks.place_id
    group by last_bricks.unit_id, brick_map.old_place_id, last_bricks.position_id
)

select
    case brick_alignments.force_id
        when 'specialist' then concat(brick_alignments.unit_id, '-specialists')
        else brick_alignments.unit_id
    end as alignment_id,
    'place' as place_kind,
    brick_alignments.place_id as place_key,
    case when brick_alignments.brand_id is null then 'all' else 'brand' end as product_scope_kind,
    coalesce(brick_alignments.brand_id, '*') as product_scope_key,
    brick_alignments.position_id,
    brick_alignments.from_date,
    brick_alignments.to_date,
    brick_alignments.share_rate
from brick_alignments
union all
select
    account_alignments.unit_id as alignment_id,
    'account' as place_kind,
    account_alignments.account_id as place_key,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    account_alignments.position_id,
    account_alignments.from_date,
    account_alignments.to_date,
    cast(1 as decimal(18, 6)) as share_rate
from account_alignments
union all
select
    concat(restated_bricks.unit_id, '-restated') as alignment_id,
    'place' as place_kind,
    restated_bricks.place_id as place_key,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    restated_bricks.position_id,
    date '2024-01-01' as from_date,
    date '9999-12-31' as to_date,
    restated_bricks.share_rate
from restated_bricks
union all
select
    concat(account_alignments.unit_id, '-restated') as alignment_id,
    'account' as place_kind,
    account_alignments.account_id as place_key,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    account_alignments.position_id,
    date '2024-01-01' as from_date,
    date '9999-12-31' as to_date,
    cast(1 as decimal(18, 6)) as share_rate
from account_alignments
where account_alignments.from_date <= date '2025-12-31' and account_alignments.to_date > date '2025-12-31'
