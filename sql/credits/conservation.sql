-- One row per rule set, period and currency: what was in scope, and where it went.
with lines as (
    select rule_set_id, period_id, currency_code, credit_type, follows_original, covered_rate, net_amount
    from credits._lines
),

followed_lines as (
    select rule_set_id, period_id, currency_code, credit_type, share_rate, net_amount
    from credits._followed_lines
    where credit_type in ('overlay', 'team')
),

credits as (
    select rule_set_id, period_id, currency_code, credit_type, credited_amount
    from credits.credits
),

uncovered_lines as (
    select rule_set_id, period_id, currency_code, orphaned_amount, over_credited_amount
    from credits.uncovered_lines
),

in_scope as (
    select
        rule_set_id, period_id, currency_code,
        max(credit_type) as credit_type,
        count(net_amount) as line_count,
        sum(net_amount) as in_scope_amount,
        sum(
            case
                when coalesce(credit_type, '') not in ('overlay', 'team') then net_amount * 1.000000
                when follows_original is true then 0.0000000000
                else net_amount * covered_rate
            end
        ) as declared_amount
    from lines
    group by rule_set_id, period_id, currency_code
),

followed as (
    select rule_set_id, period_id, currency_code, sum(net_amount * share_rate) as declared_amount
    from followed_lines
    group by rule_set_id, period_id, currency_code
),

credited as (
    select
        rule_set_id, period_id, currency_code,
        sum(case when credit_type <> 'rollup' then credited_amount else 0.0000000000 end) as credited_amount,
        sum(case when credit_type = 'rollup' then credited_amount else 0.0000000000 end) as rolled_up_amount
    from credits
    group by rule_set_id, period_id, currency_code
),

uncovered as (
    select
        rule_set_id, period_id, currency_code,
        count(orphaned_amount) as uncovered_line_count,
        sum(orphaned_amount) as orphaned_amount,
        sum(over_credited_amount) as over_credited_amount
    from uncovered_lines
    group by rule_set_id, period_id, currency_code
)

select
    in_scope.rule_set_id,
    in_scope.period_id,
    in_scope.currency_code,
    in_scope.credit_type,
    in_scope.line_count,
    coalesce(uncovered.uncovered_line_count, 0) as uncovered_line_count,
    cast(in_scope.in_scope_amount as decimal(38, 10)) as in_scope_amount,
    cast(in_scope.declared_amount + coalesce(followed.declared_amount, 0.0000000000) as decimal(38, 10)) as declared_amount,
    coalesce(credited.credited_amount, 0.0000000000) as credited_amount,
    coalesce(uncovered.orphaned_amount, 0.0000000000) as orphaned_amount,
    coalesce(uncovered.over_credited_amount, 0.0000000000) as over_credited_amount,
    coalesce(credited.rolled_up_amount, 0.0000000000) as rolled_up_amount
from in_scope
left join followed
    on in_scope.rule_set_id = followed.rule_set_id
    and in_scope.period_id = followed.period_id
    and in_scope.currency_code = followed.currency_code
left join credited
    on in_scope.rule_set_id = credited.rule_set_id
    and in_scope.period_id = credited.period_id
    and in_scope.currency_code = credited.currency_code
left join uncovered
    on in_scope.rule_set_id = uncovered.rule_set_id
    and in_scope.period_id = uncovered.period_id
    and in_scope.currency_code = uncovered.currency_code
