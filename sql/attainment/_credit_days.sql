-- One row per rule set, position, level, product, currency and booking day, with the credits of that day; what several roll-up rules bring counts once.
with credits as (
    select
        rule_set_id, position_id, credit_type, product_id, currency_code, booking_date, period_id,
        credited_amount, credited_quantity
    from credits.credits
    where not is_repeated
),

levelled as (
    select
        rule_set_id, position_id, case when credit_type = 'rollup' then 'rollup' else 'own' end as credit_level,
        product_id, currency_code, booking_date, period_id, credited_amount, credited_quantity
    from credits
)

select
    rule_set_id,
    position_id,
    credit_level,
    product_id,
    currency_code,
    booking_date,
    period_id,
    sum(credited_amount) as credited_amount,
    sum(credited_quantity) as credited_quantity
from levelled
group by rule_set_id, position_id, credit_level, product_id, currency_code, booking_date, period_id
