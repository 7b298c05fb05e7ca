-- One row per products that a term measures and no product belongs to.
with scopes as (
    select product_scope_kind, product_scope_key
    from conformed.plan_terms
    where term_source = 'credits' and product_scope_kind <> 'all'
    group by product_scope_kind, product_scope_key
),

products as (
    select product_id, brand_id, category_id
    from conformed.products
),

known as (
    select 'product' as product_scope_kind, product_id as product_scope_key
    from products
    group by product_id
    union all
    select 'brand' as product_scope_kind, brand_id as product_scope_key
    from products
    where brand_id is not null
    group by brand_id
    union all
    select 'category' as product_scope_kind, category_id as product_scope_key
    from products
    where category_id is not null
    group by category_id
)

select scopes.product_scope_kind, scopes.product_scope_key
from scopes
left join known
    on scopes.product_scope_kind = known.product_scope_kind
    and scopes.product_scope_key = known.product_scope_key
where known.product_scope_key is null
