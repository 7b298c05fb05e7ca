-- One row per transaction line and rule set that has the line in scope.
with transactions as (
    select
        source_id, transaction_id, line_id, row_version_id, booking_date, period_id, document_type,
        account_id, place_id, product_id, named_position_id, quantity, net_amount, currency_code
    from conformed.transactions
),

named_shares as (
    select source_id, transaction_id, line_id, sum(share_rate) as share_rate
    from conformed.transaction_positions
    group by source_id, transaction_id, line_id
),

product_scopes as (
    select rule_set_id, document_type, product_id, rule_id, credit_type, alignment_id
    from credits._rule_scopes
    where product_id <> '*'
),

open_scopes as (
    select rule_set_id, document_type, rule_id, credit_type, alignment_id
    from credits._rule_scopes
    where product_id = '*'
),

account_product_groups as (
    select alignment_id, place_key, product_id, group_number, share_rate, from_date, to_date
    from credits._alignment_groups
    where place_kind = 'account' and product_id <> '*'
),

account_groups as (
    select alignment_id, place_key, group_number, share_rate, from_date, to_date
    from credits._alignment_groups
    where place_kind = 'account' and product_id = '*'
),

place_product_groups as (
    select alignment_id, place_key, product_id, group_number, share_rate, from_date, to_date
    from credits._alignment_groups
    where place_kind = 'place' and product_id <> '*'
),

place_groups as (
    select alignment_id, place_key, group_number, share_rate, from_date, to_date
    from credits._alignment_groups
    where place_kind = 'place' and product_id = '*'
),

-- A rule that names the product comes before one for every other product.
in_scope as (
    select
        transactions.source_id, transactions.transaction_id, transactions.line_id, transactions.row_version_id,
        transactions.booking_date, transactions.period_id, transactions.document_type, transactions.account_id,
        transactions.place_id, transactions.product_id, transactions.named_position_id, transactions.quantity,
        transactions.net_amount, transactions.currency_code,
        open_scopes.rule_set_id,
        coalesce(product_scopes.rule_id, open_scopes.rule_id) as rule_id,
        coalesce(product_scopes.credit_type, open_scopes.credit_type) as credit_type,
        coalesce(product_scopes.alignment_id, open_scopes.alignment_id) as alignment_id
    from transactions
    inner join open_scopes on transactions.document_type = open_scopes.document_type
    left join product_scopes
        on open_scopes.rule_set_id = product_scopes.rule_set_id
        and transactions.document_type = product_scopes.document_type
        and transactions.product_id = product_scopes.product_id
    where coalesce(product_scopes.rule_id, open_scopes.rule_id) is not null
)

select
    in_scope.source_id,
    in_scope.transaction_id,
    in_scope.line_id,
    in_scope.rule_set_id,
    in_scope.rule_id,
    in_scope.credit_type,
    in_scope.document_type,
    in_scope.product_id,
    case when in_scope.credit_type = 'split' and named_shares.share_rate is null then in_scope.named_position_id else null end
        as named_position_id,
    -- Account before place, then the product before every other product.
    coalesce(
        account_product_groups.group_number, account_groups.group_number,
        place_product_groups.group_number, place_groups.group_number
    ) as group_number,
    case
        when in_scope.credit_type = 'direct' then coalesce(
            account_product_groups.share_rate, account_groups.share_rate,
            place_product_groups.share_rate, place_groups.share_rate, 0.000000
        )
        when named_shares.share_rate is not null then named_shares.share_rate
        when in_scope.named_position_id is not null then 1.000000
        else 0.000000
    end as covered_rate,
    in_scope.quantity,
    in_scope.net_amount,
    in_scope.currency_code,
    in_scope.booking_date,
    in_scope.period_id,
    in_scope.row_version_id
from in_scope
left join account_product_groups
    on in_scope.alignment_id = account_product_groups.alignment_id
    and in_scope.account_id = account_product_groups.place_key
    and in_scope.product_id = account_product_groups.product_id
    and in_scope.booking_date >= account_product_groups.from_date
    and in_scope.booking_date < account_product_groups.to_date
left join account_groups
    on in_scope.alignment_id = account_groups.alignment_id
    and in_scope.account_id = account_groups.place_key
    and in_scope.booking_date >= account_groups.from_date
    and in_scope.booking_date < account_groups.to_date
left join place_product_groups
    on in_scope.alignment_id = place_product_groups.alignment_id
    and in_scope.place_id = place_product_groups.place_key
    and in_scope.product_id = place_product_groups.product_id
    and in_scope.booking_date >= place_product_groups.from_date
    and in_scope.booking_date < place_product_groups.to_date
left join place_groups
    on in_scope.alignment_id = place_groups.alignment_id
    and in_scope.place_id = place_groups.place_key
    and in_scope.booking_date >= place_groups.from_date
    and in_scope.booking_date < place_groups.to_date
left join named_shares
    on in_scope.source_id = named_shares.source_id
    and in_scope.transaction_id = named_shares.transaction_id
    and in_scope.line_id = named_shares.line_id
    and in_scope.credit_type = 'split'
