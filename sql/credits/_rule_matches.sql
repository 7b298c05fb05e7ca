-- One row per transaction line and rule set in which account, channel, amount or margin of the line decide between the rules.
with transactions as (
    select
        source_id, transaction_id, line_id, document_type, account_id, product_id, channel_id, net_amount, cost_amount,
        period_id
    from conformed.transactions
),

accounts as (
    select account_id, account_kind
    from conformed.accounts
),

candidates as (
    select
        rule_set_id, document_type, product_id, candidate_number, rule_id, account_kind, channel_id, amount_at_least,
        margin_rate_at_least
    from credits._rule_scopes
    where is_conditional
),

lists as (
    select rule_set_id, document_type, product_id
    from credits._rule_scopes
    where candidate_number = 1 and product_id <> '*'
),

conditional_sets as (
    select rule_set_id, document_type
    from candidates
    group by rule_set_id, document_type
),

product_lists as (
    select lists.rule_set_id, lists.document_type, lists.product_id
    from lists
    inner join conditional_sets
        on lists.rule_set_id = conditional_sets.rule_set_id
        and lists.document_type = conditional_sets.document_type
),

-- A line is tried against the list of its product, or of every other product.
tried as (
    select
        transactions.source_id, transactions.transaction_id, transactions.line_id, transactions.account_id,
        transactions.document_type, transactions.channel_id, transactions.net_amount, transactions.cost_amount,
        transactions.period_id, conditional_sets.rule_set_id,
        coalesce(product_lists.product_id, '*') as list_product_id
    from transactions
    inner join conditional_sets on transactions.document_type = conditional_sets.document_type
    left join product_lists
        on conditional_sets.rule_set_id = product_lists.rule_set_id
        and transactions.document_type = product_lists.document_type
        and transactions.product_id = product_lists.product_id
),

-- A return meets what its sale met: below zero, amounts and margins are judged as in a mirror.
judged as (
    select
        tried.source_id, tried.transaction_id, tried.line_id, tried.rule_set_id, tried.channel_id, tried.net_amount,
        tried.cost_amount, tried.period_id, accounts.account_kind, candidates.candidate_number, candidates.rule_id,
        candidates.account_kind as needed_account_kind,
        candidates.channel_id as needed_channel_id,
        candidates.amount_at_least, candidates.margin_rate_at_least,
        case
            when candidates.account_kind <> coalesce(accounts.account_kind, '') then 'account_kind'
            when candidates.channel_id <> coalesce(tried.channel_id, '') then 'channel'
            when abs(tried.net_amount) < candidates.amount_at_least then 'amount'
            when candidates.margin_rate_at_least is null then ''
            when tried.cost_amount is null then 'cost'
            when tried.net_amount > 0.0000
                and tried.net_amount - tried.cost_amount >= tried.net_amount * candidates.margin_rate_at_least then ''
            when tried.net_amount < 0.0000
                and tried.net_amount - tried.cost_amount <= tried.net_amount * candidates.margin_rate_at_least then ''
            else 'margin'
        end as missed
    from tried
    inner join candidates
        on tried.rule_set_id = candidates.rule_set_id
        and tried.document_type = candidates.document_type
        and tried.list_product_id = candidates.product_id
    left join accounts on tried.account_id = accounts.account_id
),

-- The first rule that fits; where none does, the one that asks for least tells what was missed.
ranked as (
    select
        source_id, transaction_id, line_id, rule_set_id, channel_id, net_amount, cost_amount, period_id, account_kind,
        candidate_number, rule_id, needed_account_kind, needed_channel_id, amount_at_least, margin_rate_at_least, missed,
        row_number() over (
            partition by source_id, transaction_id, line_id, rule_set_id
            order by
                case when missed = '' then 0 else 1 end,
                case when missed = '' then candidate_number else -candidate_number end
        ) as place,
        min(case when missed = 'cost' then candidate_number else null end) over (
            partition by source_id, transaction_id, line_id, rule_set_id
        ) as first_without_cost_number
    from judged
)

select
    source_id,
    transaction_id,
    line_id,
    rule_set_id,
    case when missed = '' then rule_id else null end as rule_id,
    rule_id as nearest_rule_id,
    missed,
    case
        when missed = 'account_kind' then needed_account_kind
        when missed = 'channel' then needed_channel_id
        when missed = 'amount' then cast(amount_at_least as varchar)
        when missed in ('cost', 'margin') then cast(margin_rate_at_least as varchar)
        else null
    end as needed_value,
    case
        when missed = 'account_kind' then account_kind
        when missed = 'channel' then channel_id
        when missed = 'amount' then cast(net_amount as varchar)
        when missed = 'margin' then cast(ratio(net_amount - cost_amount, net_amount, 6) as varchar)
        else null
    end as found_value,
    first_without_cost_number is not null
        and (missed <> '' or first_without_cost_number < candidate_number) as is_cost_missing,
    period_id
from ranked
where place = 1
