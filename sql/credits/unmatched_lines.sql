-- One row per document type, period and currency: the transaction lines that no rule set has in scope.
with transactions as (
    select source_id, transaction_id, line_id, document_type, product_id, net_amount, currency_code, period_id
    from conformed.transactions
),

rule_matches as (
    select source_id, transaction_id, line_id, rule_id
    from credits._rule_matches
),

scopes as (
    select document_type, product_id
    from credits._rule_scopes
    where rule_id is not null and (is_conditional is not true or is_certain)
    group by document_type, product_id
),

matched as (
    select source_id, transaction_id, line_id
    from rule_matches
    where rule_id is not null
    group by source_id, transaction_id, line_id
),

-- Lines that no rule set takes whatever their account, channel, amount and margin.
open_lines as (
    select
        transactions.source_id, transactions.transaction_id, transactions.line_id, transactions.document_type,
        transactions.period_id, transactions.currency_code, transactions.net_amount
    from transactions
    left join scopes as open_scopes
        on transactions.document_type = open_scopes.document_type
        and open_scopes.product_id = '*'
    left join scopes as product_scopes
        on transactions.document_type = product_scopes.document_type
        and transactions.product_id = product_scopes.product_id
    where open_scopes.document_type is null and product_scopes.document_type is null
)

select
    open_lines.document_type,
    open_lines.period_id,
    open_lines.currency_code,
    count(open_lines.net_amount) as line_count,
    cast(sum(open_lines.net_amount) as decimal(19, 4)) as net_amount
from open_lines
left join matched
    on open_lines.source_id = matched.source_id
    and open_lines.transaction_id = matched.transaction_id
    and open_lines.line_id = matched.line_id
where matched.line_id is null
group by open_lines.document_type, open_lines.period_id, open_lines.currency_code
