-- One row per document type, period and currency: the transaction lines that no rule set has in scope.
with transactions as (
    select document_type, product_id, net_amount, currency_code, period_id
    from conformed.transactions
),

scopes as (
    select document_type, product_id
    from credits._rule_scopes
    where rule_id is not null
    group by document_type, product_id
),

sold as (
    select
        document_type, product_id, period_id, currency_code,
        count(net_amount) as line_count,
        sum(net_amount) as net_amount
    from transactions
    group by document_type, product_id, period_id, currency_code
)

select
    sold.document_type,
    sold.period_id,
    sold.currency_code,
    sum(sold.line_count) as line_count,
    cast(sum(sold.net_amount) as decimal(19, 4)) as net_amount
from sold
left join scopes as open_scopes
    on sold.document_type = open_scopes.document_type
    and open_scopes.product_id = '*'
left join scopes as product_scopes
    on sold.document_type = product_scopes.document_type
    and sold.product_id = product_scopes.product_id
where open_scopes.document_type is null and product_scopes.document_type is null
group by sold.document_type, sold.period_id, sold.currency_code
