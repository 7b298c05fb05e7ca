-- One row per transaction line, credited position, credit type, rule and position that the credit came from.
with lines as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, document_type, account_id, product_id,
        channel_id, named_position_id, group_number, covered_rate, quantity, net_amount, cost_amount, currency_code,
        booking_date, period_id, row_version_id
    from credits._lines
    where follows_original is not true
),

followed_lines as (
    select
        source_id, transaction_id, line_id, rule_set_id, position_id, rule_id, credit_type, share_rate,
        original_booking_date, document_type, account_id, product_id, channel_id, quantity, net_amount, cost_amount,
        currency_code, booking_date, period_id, row_version_id
    from credits._followed_lines
    where position_id <> ''
),

members as (
    select group_number, position_id, share_rate
    from credits._alignment_members
    union all
    select group_number, position_id, share_rate
    from credits._team_members
),

named_positions as (
    select source_id, transaction_id, line_id, position_id, share_rate
    from credits._named_positions
),

carriers as (
    select rule_set_id, from_position_id, position_id, rule_id, level_number, from_date, to_date, is_repeated
    from credits._carriers
),

credited_lines as (
    select
        lines.source_id, lines.transaction_id, lines.line_id, lines.rule_set_id, lines.rule_id, lines.credit_type,
        lines.document_type, lines.account_id, lines.product_id, lines.channel_id, lines.quantity, lines.net_amount,
        lines.cost_amount, lines.currency_code, lines.booking_date, lines.period_id, lines.row_version_id,
        lines.booking_date as carried_date,
        cast(null as date) as original_booking_date,
        coalesce(members.position_id, named_positions.position_id, lines.named_position_id) as position_id,
        cast(
            coalesce(members.share_rate, named_positions.share_rate, lines.covered_rate) as decimal(18, 6)
        ) as share_rate
    from lines
    left join members on lines.group_number = members.group_number
    left join named_positions
        on lines.source_id = named_positions.source_id
        and lines.transaction_id = named_positions.transaction_id
        and lines.line_id = named_positions.line_id
        and lines.credit_type = 'split'
    where coalesce(members.position_id, named_positions.position_id, lines.named_position_id) is not null
    union all
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, document_type, account_id, product_id,
        channel_id, quantity, net_amount, cost_amount, currency_code, booking_date, period_id, row_version_id,
        original_booking_date as carried_date, original_booking_date, position_id, share_rate
    from followed_lines
)

-- A position below nobody has no carrier and keeps its credit; the others reach themselves and those above.
select
    credited_lines.source_id,
    credited_lines.transaction_id,
    credited_lines.line_id,
    coalesce(carriers.position_id, credited_lines.position_id) as position_id,
    case when carriers.level_number > 0 then 'rollup' else credited_lines.credit_type end as credit_type,
    case when carriers.level_number > 0 then carriers.rule_id else credited_lines.rule_id end as rule_id,
    case when carriers.level_number > 0 then credited_lines.position_id else '' end as from_position_id,
    credited_lines.rule_set_id,
    coalesce(carriers.is_repeated, false) as is_repeated,
    credited_lines.document_type,
    credited_lines.account_id,
    credited_lines.product_id,
    credited_lines.channel_id,
    credited_lines.share_rate,
    credited_lines.quantity * credited_lines.share_rate as credited_quantity,
    credited_lines.net_amount * credited_lines.share_rate as credited_amount,
    (credited_lines.net_amount - credited_lines.cost_amount) * credited_lines.share_rate as credited_margin_amount,
    credited_lines.net_amount as transaction_amount,
    credited_lines.currency_code,
    credited_lines.original_booking_date,
    credited_lines.booking_date,
    credited_lines.period_id,
    credited_lines.row_version_id
from credited_lines
left join carriers
    on credited_lines.rule_set_id = carriers.rule_set_id
    and credited_lines.position_id = carriers.from_position_id
    and credited_lines.carried_date >= carriers.from_date
    and credited_lines.carried_date < carriers.to_date
