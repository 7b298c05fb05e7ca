-- One row per transaction line and rule set that has the line in scope.
with transactions as (
    select
        source_id, transaction_id, line_id, row_version_id, booking_date, period_id, document_type, account_id, place_id,
        product_id, channel_id, named_position_id, quantity, net_amount, cost_amount, currency_code
    from conformed.transactions
),

period_days as (
    select period_id, max(day_date) as last_date
    from conformed.days
    group by period_id
),

named_shares as (
    select source_id, transaction_id, line_id, sum(share_rate) as share_rate
    from credits._named_positions
    group by source_id, transaction_id, line_id
),

product_scopes as (
    select rule_set_id, document_type, product_id, rule_id, is_conditional
    from credits._rule_scopes
    where product_id <> '*' and (is_conditional is not true or candidate_number = 1)
),

open_scopes as (
    select rule_set_id, document_type, rule_id, is_conditional
    from credits._rule_scopes
    where product_id = '*' and (is_conditional is not true or candidate_number = 1)
),

rule_matches as (
    select source_id, transaction_id, line_id, rule_set_id, rule_id
    from credits._rule_matches
    where rule_id is not null
),

rules as (
    select
        rule_id,
        max(credit_type) as credit_type,
        max(alignment_id) as alignment_id,
        max(alignment_at) as alignment_at,
        max(alignment_date) as alignment_date,
        max(returns) as returns,
        max(team_id) as team_id,
        max(team_share) as team_share,
        max(position_id) as position_id,
        max(share_rate) as share_rate
    from credits._rule_scopes
    where rule_id is not null
    group by rule_id
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

team_groups as (
    select team_id, team_share, group_number, sum(share_rate) as share_rate, from_date, to_date
    from credits._team_members
    group by team_id, team_share, group_number, from_date, to_date
),

-- A rule that names the product comes before one for every other product.
scoped as (
    select
        transactions.source_id, transactions.transaction_id, transactions.line_id, transactions.row_version_id,
        transactions.booking_date, transactions.period_id, transactions.document_type, transactions.account_id,
        transactions.place_id, transactions.product_id, transactions.channel_id, transactions.named_position_id,
        transactions.quantity, transactions.net_amount, transactions.cost_amount, transactions.currency_code,
        open_scopes.rule_set_id,
        case
            when coalesce(product_scopes.is_conditional, open_scopes.is_conditional) then null
            else coalesce(product_scopes.rule_id, open_scopes.rule_id)
        end as rule_id
    from transactions
    inner join open_scopes on transactions.document_type = open_scopes.document_type
    left join product_scopes
        on open_scopes.rule_set_id = product_scopes.rule_set_id
        and transactions.document_type = product_scopes.document_type
        and transactions.product_id = product_scopes.product_id
),

in_scope as (
    select
        scoped.source_id, scoped.transaction_id, scoped.line_id, scoped.row_version_id, scoped.booking_date,
        scoped.period_id, scoped.document_type, scoped.account_id, scoped.place_id, scoped.product_id,
        scoped.channel_id, scoped.quantity, scoped.net_amount, scoped.cost_amount, scoped.currency_code,
        scoped.rule_set_id, rules.rule_id, rules.credit_type, rules.alignment_id, rules.team_id, rules.team_share,
        coalesce(rules.returns = 'follow_original' and scoped.document_type = 'return', false) as follows_original,
        case
            when rules.alignment_at = 'period_end' then period_days.last_date
            when rules.alignment_at = 'fixed' then rules.alignment_date
            else scoped.booking_date
        end as alignment_date,
        case when rules.credit_type = 'split' then scoped.named_position_id else rules.position_id end
            as named_position_id,
        case when rules.credit_type = 'split' then 1.000000 else rules.share_rate end as named_share_rate
    from scoped
    left join rule_matches
        on scoped.source_id = rule_matches.source_id
        and scoped.transaction_id = rule_matches.transaction_id
        and scoped.line_id = rule_matches.line_id
        and scoped.rule_set_id = rule_matches.rule_set_id
    inner join rules on coalesce(rule_matches.rule_id, scoped.rule_id) = rules.rule_id
    left join period_days on scoped.period_id = period_days.period_id
)

select
    in_scope.source_id,
    in_scope.transaction_id,
    in_scope.line_id,
    in_scope.rule_set_id,
    in_scope.rule_id,
    in_scope.credit_type,
    in_scope.document_type,
    in_scope.account_id,
    in_scope.place_id,
    in_scope.product_id,
    in_scope.channel_id,
    in_scope.alignment_id,
    in_scope.alignment_date,
    in_scope.follows_original,
    case
        when in_scope.follows_original or named_shares.share_rate is not null then null
        else in_scope.named_position_id
    end as named_position_id,
    -- Account before place, then the product before every other product.
    case
        when in_scope.follows_original then null
        else coalesce(
            account_product_groups.group_number, account_groups.group_number,
            place_product_groups.group_number, place_groups.group_number, team_groups.group_number
        )
    end as group_number,
    case
        when in_scope.follows_original then 0.000000
        when named_shares.share_rate is not null then named_shares.share_rate
        when in_scope.named_position_id is not null then coalesce(in_scope.named_share_rate, 1.000000)
        else coalesce(
            account_product_groups.share_rate, account_groups.share_rate,
            place_product_groups.share_rate, place_groups.share_rate, team_groups.share_rate, 0.000000
        )
    end as covered_rate,
    in_scope.quantity,
    in_scope.net_amount,
    in_scope.cost_amount,
    in_scope.currency_code,
    in_scope.booking_date,
    in_scope.period_id,
    in_scope.row_version_id
from in_scope
left join account_product_groups
    on in_scope.alignment_id = account_product_groups.alignment_id
    and in_scope.account_id = account_product_groups.place_key
    and in_scope.product_id = account_product_groups.product_id
    and in_scope.alignment_date >= account_product_groups.from_date
    and in_scope.alignment_date < account_product_groups.to_date
left join account_groups
    on in_scope.alignment_id = account_groups.alignment_id
    and in_scope.account_id = account_groups.place_key
    and in_scope.alignment_date >= account_groups.from_date
    and in_scope.alignment_date < account_groups.to_date
left join place_product_groups
    on in_scope.alignment_id = place_product_groups.alignment_id
    and in_scope.place_id = place_product_groups.place_key
    and in_scope.product_id = place_product_groups.product_id
    and in_scope.alignment_date >= place_product_groups.from_date
    and in_scope.alignment_date < place_product_groups.to_date
left join place_groups
    on in_scope.alignment_id = place_groups.alignment_id
    and in_scope.place_id = place_groups.place_key
    and in_scope.alignment_date >= place_groups.from_date
    and in_scope.alignment_date < place_groups.to_date
left join team_groups
    on in_scope.team_id = team_groups.team_id
    and in_scope.team_share = team_groups.team_share
    and in_scope.booking_date >= team_groups.from_date
    and in_scope.booking_date < team_groups.to_date
left join named_shares
    on in_scope.source_id = named_shares.source_id
    and in_scope.transaction_id = named_shares.transaction_id
    and in_scope.line_id = named_shares.line_id
    and in_scope.credit_type = 'split'
