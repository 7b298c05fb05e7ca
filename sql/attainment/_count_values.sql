-- One row per count, position, payee and base period with credits; the payee is empty where the seat counts and not who held it, and for days on which nobody did.
with credit_days as (
    select
        rule_set_id, position_id, credit_level, product_id, channel_id, currency_code, booking_date, period_id,
        credit_count, credited_amount, credited_quantity, credited_margin_amount, credited_volume
    from attainment._credit_days
),

counted_lines as (
    select count_id, position_id, booking_date, period_id, counted_value, uncounted_reason
    from attainment._counted_lines
),

products as (
    select product_id, brand_id, category_id
    from conformed.products
),

counted_positions as (
    select
        count_id, position_id, rule_set_id, counted_level, product_scope_kind, product_scope_key, channel_id, measure_unit,
        currency_code, is_by_holder, needs_lines
    from attainment._counted_positions
),

occupancies as (
    select position_id, payee_id, from_date, to_date
    from attainment._occupancies
),

grouped_days as (
    select
        credit_days.rule_set_id, credit_days.position_id, credit_days.credit_level, credit_days.product_id,
        products.brand_id, products.category_id, credit_days.channel_id, credit_days.currency_code,
        credit_days.booking_date, credit_days.period_id, credit_days.credit_count, credit_days.credited_amount,
        credit_days.credited_quantity, credit_days.credited_margin_amount, credit_days.credited_volume
    from credit_days
    left join products on credit_days.product_id = products.product_id
),

-- The whole nation's day is added up before it is counted; its positions don't matter.
national_days as (
    select
        rule_set_id, '*' as position_id, credit_level, product_id, brand_id, category_id, channel_id, currency_code,
        booking_date, period_id, sum(credit_count) as credit_count, sum(credited_amount) as credited_amount,
        sum(credited_quantity) as credited_quantity,
        case when count(credited_margin_amount) = count(rule_set_id) then sum(credited_margin_amount) else null end
            as credited_margin_amount,
        case when count(credited_volume) = count(rule_set_id) then sum(credited_volume) else null end as credited_volume
    from grouped_days
    where credit_level = 'own'
    group by
        rule_set_id, credit_level, product_id, brand_id, category_id, channel_id, currency_code, booking_date, period_id
),

placed_days as (
    select
        rule_set_id, position_id, credit_level, product_id, brand_id, category_id, channel_id, currency_code,
        booking_date, period_id, credit_count, credited_amount, credited_quantity, credited_margin_amount,
        credited_volume
    from grouped_days
    union all
    select
        rule_set_id, position_id, credit_level, product_id, brand_id, category_id, channel_id, currency_code,
        booking_date, period_id, credit_count, credited_amount, credited_quantity, credited_margin_amount,
        credited_volume
    from national_days
),

matched_days as (
    select
        counted_positions.count_id, counted_positions.position_id, counted_positions.is_by_holder,
        counted_positions.measure_unit, placed_days.booking_date, placed_days.period_id, placed_days.credit_count,
        case
            when counted_positions.currency_code <> '' and counted_positions.currency_code <> placed_days.currency_code
                then true
            else false
        end as is_foreign,
        case
            when counted_positions.measure_unit = 'value' then placed_days.credited_amount
            when counted_positions.measure_unit = 'quantity' then placed_days.credited_quantity
            when counted_positions.measure_unit = 'margin' then placed_days.credited_margin_amount
            when counted_positions.measure_unit = 'volume' then placed_days.credited_volume
            else null
        end as credited_value
    from placed_days
    inner join counted_positions
        on placed_days.rule_set_id = counted_positions.rule_set_id
        and placed_days.position_id = counted_positions.position_id
        and not counted_positions.needs_lines
        and (counted_positions.counted_level = 'team' or placed_days.credit_level = 'own')
        and (counted_positions.channel_id is null or counted_positions.channel_id = placed_days.channel_id)
        and (
            counted_positions.product_scope_kind = 'all'
            or (counted_positions.product_scope_kind = 'product'
                and counted_positions.product_scope_key = placed_days.product_id)
            or (counted_positions.product_scope_kind = 'brand'
                and counted_positions.product_scope_key = placed_days.brand_id)
            or (counted_positions.product_scope_kind = 'category'
                and counted_positions.product_scope_key = placed_days.category_id)
        )
),

line_positions as (
    select count_id, position_id, is_by_holder
    from counted_positions
    where needs_lines
),

-- Money of another currency is told, and not added.
counted_days as (
    select
        count_id, position_id, is_by_holder, booking_date, period_id, credit_count,
        case when is_foreign then 0.0000000000 else coalesce(credited_value, 0.0000000000) end as counted_value,
        case
            when is_foreign then 'foreign_currency'
            when credited_value is null and measure_unit = 'margin' then 'missing_cost'
            when credited_value is null then 'missing_volume'
            else null
        end as uncounted_reason
    from matched_days
    union all
    select
        counted_lines.count_id, counted_lines.position_id, line_positions.is_by_holder, counted_lines.booking_date,
        counted_lines.period_id, 1 as credit_count, counted_lines.counted_value, counted_lines.uncounted_reason
    from counted_lines
    inner join line_positions
        on counted_lines.count_id = line_positions.count_id
        and counted_lines.position_id = line_positions.position_id
),

summed_days as (
    select
        count_id, position_id, is_by_holder, booking_date, period_id, sum(credit_count) as credit_count,
        sum(counted_value) as counted_value, min(uncounted_reason) as uncounted_reason
    from counted_days
    group by count_id, position_id, is_by_holder, booking_date, period_id
),

-- The days on which nobody held the seat stay with the empty payee.
held_days as (
    select
        summed_days.count_id, summed_days.position_id, coalesce(occupancies.payee_id, '') as payee_id,
        summed_days.period_id, summed_days.credit_count, summed_days.counted_value, summed_days.uncounted_reason
    from summed_days
    left join occupancies
        on summed_days.is_by_holder
        and summed_days.position_id = occupancies.position_id
        and summed_days.booking_date >= occupancies.from_date
        and summed_days.booking_date < occupancies.to_date
)

select
    count_id,
    position_id,
    payee_id,
    period_id,
    sum(credit_count) as credit_count,
    sum(counted_value) as counted_value,
    min(uncounted_reason) as uncounted_reason
from held_days
group by count_id, position_id, payee_id, period_id
