-- One row per rule set, position, level, product, channel, currency and booking day, with the credits of that day; what several roll-up rules bring counts once.
with credits as (
    select
        rule_set_id, position_id, credit_type, product_id, channel_id, currency_code, booking_date, period_id,
        credited_amount, credited_quantity, credited_margin_amount
    from credits.credits
    where not is_repeated
),

product_volumes as (
    select product_id, volume_factor
    from conformed.product_volumes
),

-- Volumes are rounded credit by credit; a sum of nothing known has no value.
levelled as (
    select
        credits.rule_set_id, credits.position_id,
        case when credits.credit_type = 'rollup' then 'rollup' else 'own' end as credit_level, credits.product_id,
        coalesce(credits.channel_id, '') as channel_id, credits.currency_code, credits.booking_date, credits.period_id,
        credits.credited_amount, credits.credited_quantity, credits.credited_margin_amount,
        times(credits.credited_quantity, product_volumes.volume_factor) as credited_volume
    from credits
    left join product_volumes on credits.product_id = product_volumes.product_id
)

select
    rule_set_id,
    position_id,
    credit_level,
    product_id,
    channel_id,
    currency_code,
    booking_date,
    period_id,
    count(rule_set_id) as credit_count,
    sum(credited_amount) as credited_amount,
    sum(credited_quantity) as credited_quantity,
    case when count(credited_margin_amount) = count(rule_set_id) then sum(credited_margin_amount) else null end
        as credited_margin_amount,
    case when count(credited_volume) = count(rule_set_id) then sum(credited_volume) else null end as credited_volume
from levelled
group by rule_set_id, position_id, credit_level, product_id, channel_id, currency_code, booking_date, period_id
