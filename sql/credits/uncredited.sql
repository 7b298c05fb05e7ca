-- One row per transaction line, rule set and position that is not credited as a whole, or to nobody known: why, and what decided it; the position is empty where the line itself is meant.
with transactions as (
    select
        source_id, transaction_id, line_id, document_type, product_id, net_amount, currency_code, booking_date, period_id
    from conformed.transactions
),

rule_sets as (
    select rule_set_id
    from conformed.plan_rule_sets
),

positions as (
    select position_id
    from conformed.positions
),

open_scopes as (
    select rule_set_id, document_type, rule_id
    from credits._rule_scopes
    where product_id = '*' and candidate_number = 1
),

product_scopes as (
    select rule_set_id, document_type, product_id
    from credits._rule_scopes
    where product_id <> '*' and candidate_number = 1
),

rule_matches as (
    select source_id, transaction_id, line_id, rule_set_id, nearest_rule_id, missed, needed_value, found_value
    from credits._rule_matches
    where rule_id is null
),

alignment_groups as (
    select alignment_id, place_kind, place_key, from_date, to_date
    from credits._alignment_groups
),

lines as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, account_id, place_id, alignment_id,
        alignment_date, covered_rate, net_amount, currency_code, booking_date, period_id
    from credits._lines
    where follows_original is not true
        and (covered_rate = 0.000000 or covered_rate < 1.000000 and credit_type in ('direct', 'split'))
),

followed_lines as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, share_rate, reason,
        original_transaction_id, original_line_id, net_amount, currency_code, booking_date, period_id
    from credits._followed_lines
),

credits as (
    select
        source_id, transaction_id, line_id, rule_set_id, position_id, rule_id, credit_type, credited_amount,
        currency_code, booking_date, period_id
    from credits.credits
    where credit_type <> 'rollup'
),

document_types as (
    select document_type
    from transactions
    group by document_type
),

asked_types as (
    select rule_sets.rule_set_id, document_types.document_type
    from rule_sets
    cross join document_types
),

-- Rule sets that have no rule for a type of document.
unruled_types as (
    select asked_types.rule_set_id, asked_types.document_type
    from asked_types
    left join open_scopes
        on asked_types.rule_set_id = open_scopes.rule_set_id
        and asked_types.document_type = open_scopes.document_type
    where open_scopes.rule_set_id is null
),

of_no_type as (
    select
        transactions.source_id, transactions.transaction_id, transactions.line_id, unruled_types.rule_set_id,
        'no_rule_document_type' as reason, cast(null as varchar) as rule_id, cast(null as varchar) as needed_value,
        transactions.document_type as found_value, transactions.net_amount, transactions.currency_code,
        transactions.booking_date, transactions.period_id
    from transactions
    inner join unruled_types on transactions.document_type = unruled_types.document_type
),

of_no_product as (
    select
        transactions.source_id, transactions.transaction_id, transactions.line_id, open_scopes.rule_set_id,
        'no_rule_product' as reason, cast(null as varchar) as rule_id, cast(null as varchar) as needed_value,
        transactions.product_id as found_value, transactions.net_amount, transactions.currency_code,
        transactions.booking_date, transactions.period_id
    from transactions
    inner join open_scopes
        on transactions.document_type = open_scopes.document_type
        and open_scopes.rule_id is null
    left join product_scopes
        on open_scopes.rule_set_id = product_scopes.rule_set_id
        and transactions.document_type = product_scopes.document_type
        and transactions.product_id = product_scopes.product_id
    where product_scopes.rule_set_id is null
),

of_no_match as (
    select
        rule_matches.source_id, rule_matches.transaction_id, rule_matches.line_id, rule_matches.rule_set_id,
        'no_rule_' || rule_matches.missed as reason, rule_matches.nearest_rule_id as rule_id, rule_matches.needed_value,
        rule_matches.found_value, transactions.net_amount, transactions.currency_code, transactions.booking_date,
        transactions.period_id
    from rule_matches
    inner join transactions
        on rule_matches.source_id = transactions.source_id
        and rule_matches.transaction_id = transactions.transaction_id
        and rule_matches.line_id = transactions.line_id
),

spans as (
    select alignment_id, place_kind, place_key, min(from_date) as from_date, max(to_date) as to_date
    from alignment_groups
    group by alignment_id, place_kind, place_key
),

of_nobody as (
    select
        lines.source_id, lines.transaction_id, lines.line_id, lines.rule_set_id,
        case
            when lines.covered_rate <> 0.000000 then 'share_missing'
            when lines.credit_type = 'split' then 'nobody_named'
            when lines.credit_type = 'team' then 'nobody_in_team'
            when lines.alignment_id is null then 'share_missing'
            when coalesce(account_spans.from_date, place_spans.from_date) is not null then 'no_position_on_day'
            else 'no_alignment'
        end as reason,
        lines.rule_id,
        case
            when lines.covered_rate <> 0.000000 or lines.alignment_id is null then '1.000000'
            when account_spans.from_date is not null
                then cast(account_spans.from_date as varchar) || '..' || cast(account_spans.to_date as varchar)
            when place_spans.from_date is not null
                then cast(place_spans.from_date as varchar) || '..' || cast(place_spans.to_date as varchar)
            else lines.alignment_id
        end as needed_value,
        case
            when lines.covered_rate <> 0.000000 or lines.alignment_id is null then cast(lines.covered_rate as varchar)
            when coalesce(account_spans.from_date, place_spans.from_date) is not null
                then cast(lines.alignment_date as varchar)
            else coalesce('account ' || lines.account_id, '') || coalesce(' place ' || lines.place_id, '')
        end as found_value,
        lines.net_amount * cast(1.000000 - lines.covered_rate as decimal(18, 6)) as uncredited_amount,
        lines.currency_code, lines.booking_date, lines.period_id
    from lines
    left join spans as account_spans
        on lines.alignment_id = account_spans.alignment_id
        and lines.account_id = account_spans.place_key
        and account_spans.place_kind = 'account'
    left join spans as place_spans
        on lines.alignment_id = place_spans.alignment_id
        and lines.place_id = place_spans.place_key
        and place_spans.place_kind = 'place'
),

followed as (
    select
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, original_transaction_id, original_line_id,
        net_amount, currency_code, booking_date, period_id,
        max(reason) as reason,
        cast(sum(share_rate) as decimal(18, 6)) as covered_rate
    from followed_lines
    group by
        source_id, transaction_id, line_id, rule_set_id, rule_id, credit_type, original_transaction_id, original_line_id,
        net_amount, currency_code, booking_date, period_id
),

of_no_original as (
    select
        source_id, transaction_id, line_id, rule_set_id,
        case when reason = '' then 'share_missing' else reason end as reason,
        rule_id,
        original_transaction_id || '/' || original_line_id as needed_value,
        cast(covered_rate as varchar) as found_value,
        net_amount * cast(1.000000 - covered_rate as decimal(18, 6)) as uncredited_amount,
        currency_code, booking_date, period_id
    from followed
    where covered_rate = 0.000000 or covered_rate < 1.000000 and credit_type in ('direct', 'split')
),

to_unknown as (
    select
        credits.source_id, credits.transaction_id, credits.line_id, credits.rule_set_id, credits.position_id,
        credits.rule_id, credits.credited_amount, credits.currency_code, credits.booking_date, credits.period_id
    from credits
    left join positions on credits.position_id = positions.position_id
    where positions.position_id is null
),

of_no_rule as (
    select
        source_id, transaction_id, line_id, rule_set_id, reason, rule_id, needed_value, found_value, net_amount,
        currency_code, booking_date, period_id
    from of_no_type
    union all
    select
        source_id, transaction_id, line_id, rule_set_id, reason, rule_id, needed_value, found_value, net_amount,
        currency_code, booking_date, period_id
    from of_no_product
    union all
    select
        source_id, transaction_id, line_id, rule_set_id, reason, rule_id, needed_value, found_value, net_amount,
        currency_code, booking_date, period_id
    from of_no_match
)

select
    source_id, transaction_id, line_id, rule_set_id, '' as position_id, false as is_in_scope, reason, rule_id,
    needed_value, found_value, cast(net_amount as decimal(38, 10)) as uncredited_amount, currency_code, booking_date,
    period_id
from of_no_rule
union all
select
    source_id, transaction_id, line_id, rule_set_id, '' as position_id, true as is_in_scope, reason, rule_id,
    needed_value, found_value, cast(uncredited_amount as decimal(38, 10)) as uncredited_amount, currency_code,
    booking_date, period_id
from of_nobody
union all
select
    source_id, transaction_id, line_id, rule_set_id, '' as position_id, true as is_in_scope, reason, rule_id,
    needed_value, found_value, cast(uncredited_amount as decimal(38, 10)) as uncredited_amount, currency_code,
    booking_date, period_id
from of_no_original
union all
select
    source_id, transaction_id, line_id, rule_set_id, position_id, true as is_in_scope,
    'position_unknown' as reason, rule_id, cast(null as varchar) as needed_value, position_id as found_value,
    cast(credited_amount as decimal(38, 10)) as uncredited_amount, currency_code, booking_date, period_id
from to_unknown
