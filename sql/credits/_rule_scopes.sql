-- One row per rule set, document type and product that a credit rule names; product `*` stands for every other product.
with rules as (
    select rule_id, rule_set_id, credit_type, alignment_id, product_scope_kind, product_scope_key
    from conformed.plan_rules
    where credit_type <> 'rollup'
),

document_types as (
    select rule_id, rule_set_id, document_type
    from conformed.plan_rule_documents
),

products as (
    select product_id, brand_id, category_id
    from conformed.products
),

rule_lines as (
    select
        rules.rule_id,
        rules.rule_set_id,
        document_types.document_type,
        rules.credit_type,
        rules.alignment_id,
        rules.product_scope_kind,
        rules.product_scope_key
    from rules
    inner join document_types on rules.rule_id = document_types.rule_id
),

ranked_products as (
    select rule_set_id, document_type, product_scope_key as product_id, 3 as scope_rank, rule_id, credit_type, alignment_id
    from rule_lines
    where product_scope_kind = 'product'
    union all
    select
        rule_lines.rule_set_id, rule_lines.document_type, products.product_id, 2 as scope_rank,
        rule_lines.rule_id, rule_lines.credit_type, rule_lines.alignment_id
    from rule_lines
    inner join products on rule_lines.product_scope_key = products.brand_id
    where rule_lines.product_scope_kind = 'brand'
    union all
    select
        rule_lines.rule_set_id, rule_lines.document_type, products.product_id, 1 as scope_rank,
        rule_lines.rule_id, rule_lines.credit_type, rule_lines.alignment_id
    from rule_lines
    inner join products on rule_lines.product_scope_key = products.category_id
    where rule_lines.product_scope_kind = 'category'
),

most_specific as (
    select rule_set_id, document_type, product_id, max(scope_rank) as scope_rank
    from ranked_products
    group by rule_set_id, document_type, product_id
),

every_other_product as (
    select
        rule_set_id,
        document_type,
        max(case when product_scope_kind = 'all' then rule_id else null end) as rule_id,
        max(case when product_scope_kind = 'all' then credit_type else null end) as credit_type,
        max(case when product_scope_kind = 'all' then alignment_id else null end) as alignment_id
    from rule_lines
    group by rule_set_id, document_type
)

select
    ranked_products.rule_set_id,
    ranked_products.document_type,
    ranked_products.product_id,
    ranked_products.rule_id,
    ranked_products.credit_type,
    ranked_products.alignment_id
from ranked_products
inner join most_specific
    on ranked_products.rule_set_id = most_specific.rule_set_id
    and ranked_products.document_type = most_specific.document_type
    and ranked_products.product_id = most_specific.product_id
    and ranked_products.scope_rank = most_specific.scope_rank
union all
select rule_set_id, document_type, '*' as product_id, rule_id, credit_type, alignment_id
from every_other_product
