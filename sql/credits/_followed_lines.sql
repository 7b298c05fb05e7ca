-- One row per return that follows its original, rule set and position that was credited for the original; the position is empty where nobody was.
with lines as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, document_type, account_id, product_id,
        channel_id, follows_original, named_position_id, group_number, covered_rate, quantity, net_amount, cost_amount,
        currency_code, booking_date, period_id, row_version_id
    from credits._lines
),

transactions as (
    select source_id, transaction_id, line_id, document_type, booking_date
    from conformed.transactions
),

links as (
    select source_id, transaction_id, line_id, original_transaction_id, original_line_id
    from conformed.transaction_links
),

named_positions as (
    select source_id, transaction_id, line_id, position_id, share_rate
    from credits._named_positions
),

members as (
    select group_number, position_id, share_rate
    from credits._alignment_members
    union all
    select group_number, position_id, share_rate
    from credits._team_members
),

returns as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, document_type, account_id, product_id,
        channel_id, quantity, net_amount, cost_amount, currency_code, booking_date, period_id, row_version_id
    from lines
    where follows_original
),

linked as (
    select
        returns.source_id, returns.transaction_id, returns.line_id, returns.rule_set_id, returns.rule_id,
        returns.credit_type, returns.document_type, returns.account_id, returns.product_id, returns.channel_id,
        returns.quantity, returns.net_amount, returns.cost_amount, returns.currency_code, returns.booking_date,
        returns.period_id, returns.row_version_id, links.original_transaction_id, links.original_line_id,
        transactions.booking_date as original_booking_date
    from returns
    left join links
        on returns.source_id = links.source_id
        and returns.transaction_id = links.transaction_id
        and returns.line_id = links.line_id
    -- A sale that is booked after the return is not known to it.
    left join transactions
        on links.source_id = transactions.source_id
        and links.original_transaction_id = transactions.transaction_id
        and links.original_line_id = transactions.line_id
        and returns.booking_date >= transactions.booking_date
),

-- An original that is itself a return by another original would have to be followed in turn: it is not.
followed as (
    select
        linked.source_id, linked.transaction_id, linked.line_id, linked.rule_set_id, linked.document_type,
        linked.account_id, linked.product_id, linked.channel_id, linked.quantity, linked.net_amount, linked.cost_amount,
        linked.currency_code, linked.booking_date, linked.period_id, linked.row_version_id,
        linked.original_transaction_id, linked.original_line_id, linked.original_booking_date,
        coalesce(originals.rule_id, linked.rule_id) as rule_id,
        coalesce(originals.credit_type, linked.credit_type) as credit_type,
        originals.group_number, originals.named_position_id, originals.covered_rate,
        case
            when linked.original_transaction_id is null then 'original_not_linked'
            when linked.original_booking_date is null then 'original_unknown'
            when originals.rule_id is null then 'original_not_in_scope'
            when originals.follows_original then 'original_is_a_return'
            else ''
        end as reason
    from linked
    left join lines as originals
        on linked.source_id = originals.source_id
        and linked.original_transaction_id = originals.transaction_id
        and linked.original_line_id = originals.line_id
        and linked.rule_set_id = originals.rule_set_id
        and linked.original_booking_date = originals.booking_date
)

select
    followed.source_id,
    followed.transaction_id,
    followed.line_id,
    followed.rule_set_id,
    coalesce(members.position_id, named_positions.position_id, followed.named_position_id, '') as position_id,
    followed.rule_id,
    followed.credit_type,
    case
        when followed.named_position_id is not null then followed.covered_rate
        else coalesce(members.share_rate, named_positions.share_rate, 0.000000)
    end as share_rate,
    case
        when followed.reason <> '' then followed.reason
        when coalesce(members.position_id, named_positions.position_id, followed.named_position_id) is null
            then 'original_not_credited'
        else ''
    end as reason,
    followed.original_transaction_id,
    followed.original_line_id,
    followed.original_booking_date,
    followed.document_type,
    followed.account_id,
    followed.product_id,
    followed.channel_id,
    followed.quantity,
    followed.net_amount,
    followed.cost_amount,
    followed.currency_code,
    followed.booking_date,
    followed.period_id,
    followed.row_version_id
from followed
left join members on followed.group_number = members.group_number
left join named_positions
    on followed.source_id = named_positions.source_id
    and followed.original_transaction_id = named_positions.transaction_id
    and followed.original_line_id = named_positions.line_id
    and followed.credit_type = 'split'
    and followed.reason = ''
