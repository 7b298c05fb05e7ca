-- One row per transaction line, rule set and position that is not credited as a whole, or to nobody who is paid for it: why, and what decided it; the position is empty where the line itself is meant.
with uncredited as (
    select
        source_id, transaction_id, line_id, rule_set_id, position_id, is_in_scope, reason, rule_id, needed_value,
        found_value, uncredited_amount, currency_code, booking_date, period_id
    from credits.uncredited
),

credits as (
    select
        source_id, transaction_id, line_id, rule_set_id, position_id, rule_id, credit_type, credited_amount,
        currency_code, booking_date, period_id
    from credits.credits
    where credit_type <> 'rollup'
),

exceptions as (
    select position_id, period_id
    from attainment.exceptions
    where exception_kind = 'credits_without_plan'
),

paid_rule_sets as (
    select rule_set_id
    from conformed.plan_terms
    where rule_set_id is not null
    group by rule_set_id
),

unplanned as (
    select position_id, period_id
    from exceptions
    group by position_id, period_id
)

select
    source_id, transaction_id, line_id, rule_set_id, position_id, is_in_scope, reason, rule_id, needed_value, found_value,
    uncredited_amount, currency_code, booking_date, period_id
from uncredited
union all
select
    credits.source_id,
    credits.transaction_id,
    credits.line_id,
    credits.rule_set_id,
    credits.position_id,
    true as is_in_scope,
    'position_without_plan' as reason,
    credits.rule_id,
    cast(null as varchar) as needed_value,
    credits.position_id as found_value,
    credits.credited_amount as uncredited_amount,
    credits.currency_code,
    credits.booking_date,
    credits.period_id
from credits
inner join unplanned
    on credits.position_id = unplanned.position_id
    and credits.period_id = unplanned.period_id
inner join paid_rule_sets on credits.rule_set_id = paid_rule_sets.rule_set_id
