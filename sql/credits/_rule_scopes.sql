-- One row per rule set, document type, product and credit rule that a line of them may fall under, the first that fits counting; product `*` stands for every other product.
with rules as (
    select
        rule_id, rule_set_id, credit_type, alignment_id, alignment_at, alignment_date, product_scope_kind,
        product_scope_key, account_kind, channel_id, amount_at_least, margin_rate_at_least, returns, team_id, team_share,
        position_id, share_rate
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
        rules.product_scope_kind,
        rules.product_scope_key,
        rules.amount_at_least,
        rules.margin_rate_at_least,
        case when rules.account_kind is null then 0 else 1 end
            + case when rules.channel_id is null then 0 else 1 end
            + case when rules.amount_at_least is null then 0 else 1 end
            + case when rules.margin_rate_at_least is null then 0 else 1 end as condition_count
    from rules
    inner join document_types on rules.rule_id = document_types.rule_id
),

named_products as (
    select
        rule_set_id, document_type, product_scope_key as product_id, 3 as scope_rank, rule_id, condition_count,
        amount_at_least, margin_rate_at_least
    from rule_lines
    where product_scope_kind = 'product'
    union all
    select
        rule_lines.rule_set_id, rule_lines.document_type, products.product_id, 2 as scope_rank, rule_lines.rule_id,
        rule_lines.condition_count, rule_lines.amount_at_least, rule_lines.margin_rate_at_least
    from rule_lines
    inner join products on rule_lines.product_scope_key = products.brand_id
    where rule_lines.product_scope_kind = 'brand'
    union all
    select
        rule_lines.rule_set_id, rule_lines.document_type, products.product_id, 1 as scope_rank, rule_lines.rule_id,
        rule_lines.condition_count, rule_lines.amount_at_least, rule_lines.margin_rate_at_least
    from rule_lines
    inner join products on rule_lines.product_scope_key = products.category_id
    where rule_lines.product_scope_kind = 'category'
),

-- A rule for all products comes after those that name the product.
product_lists as (
    select rule_set_id, document_type, product_id
    from named_products
    group by rule_set_id, document_type, product_id
    union all
    select rule_set_id, document_type, '*' as product_id
    from rule_lines
    group by rule_set_id, document_type
),

candidates as (
    select
        rule_set_id, document_type, product_id, scope_rank, rule_id, condition_count, amount_at_least,
        margin_rate_at_least
    from named_products
    union all
    select
        product_lists.rule_set_id, product_lists.document_type, product_lists.product_id, 0 as scope_rank,
        rule_lines.rule_id, rule_lines.condition_count, rule_lines.amount_at_least, rule_lines.margin_rate_at_least
    from product_lists
    inner join rule_lines
        on product_lists.rule_set_id = rule_lines.rule_set_id
        and product_lists.document_type = rule_lines.document_type
        and rule_lines.product_scope_kind = 'all'
),

-- Products first, then the rule with more conditions, then the one with the higher border.
numbered as (
    select
        rule_set_id, document_type, product_id, rule_id, condition_count,
        cast(
            row_number() over (
                partition by rule_set_id, document_type, product_id
                order by
                    scope_rank desc, condition_count desc, amount_at_least desc nulls last,
                    margin_rate_at_least desc nulls last, rule_id
            ) as bigint
        ) as candidate_number
    from candidates
),

-- What comes after a rule without conditions is never reached.
certain as (
    select rule_set_id, document_type, product_id, min(candidate_number) as candidate_number
    from numbered
    where condition_count = 0
    group by rule_set_id, document_type, product_id
),

reached as (
    select
        numbered.rule_set_id, numbered.document_type, numbered.product_id, numbered.rule_id,
        numbered.candidate_number,
        case when certain.candidate_number is null then false else true end as is_certain,
        coalesce(certain.candidate_number, 0) <> 1 as is_conditional
    from numbered
    left join certain
        on numbered.rule_set_id = certain.rule_set_id
        and numbered.document_type = certain.document_type
        and numbered.product_id = certain.product_id
    where certain.candidate_number is null or numbered.candidate_number <= certain.candidate_number
)

-- Every rule set and document type has a row for every other product, also where no rule takes those.
select
    product_lists.rule_set_id,
    product_lists.document_type,
    product_lists.product_id,
    coalesce(reached.candidate_number, 1) as candidate_number,
    reached.rule_id,
    coalesce(reached.is_conditional, false) as is_conditional,
    coalesce(reached.is_certain, false) as is_certain,
    rules.credit_type,
    rules.alignment_id,
    rules.alignment_at,
    rules.alignment_date,
    rules.account_kind,
    rules.channel_id,
    rules.amount_at_least,
    rules.margin_rate_at_least,
    rules.returns,
    rules.team_id,
    rules.team_share,
    rules.position_id,
    rules.share_rate
from product_lists
left join reached
    on product_lists.rule_set_id = reached.rule_set_id
    and product_lists.document_type = reached.document_type
    and product_lists.product_id = reached.product_id
left join rules on reached.rule_id = rules.rule_id
