-- One row per count that goes line by line, position and transaction line: what the line counts there, converted and capped.
with credits as (
    select
        source_id, transaction_id, line_id, position_id, credit_type, rule_set_id, rule_id, product_id, channel_id,
        share_rate, credited_quantity, credited_amount, credited_margin_amount, currency_code, booking_date, period_id
    from credits.credits
    where not is_repeated
),

products as (
    select product_id, brand_id, category_id
    from conformed.products
),

product_volumes as (
    select product_id, volume_factor
    from conformed.product_volumes
),

periods as (
    select period_id, to_date
    from conformed.periods
),

exchange_rates as (
    select rate_type, from_currency_code, to_currency_code, from_date, to_date, exchange_rate_id, exchange_rate
    from attainment._exchange_rates
),

counted_positions as (
    select
        count_id, position_id, rule_set_id, counted_level, product_scope_kind, product_scope_key, channel_id, measure_unit,
        currency_code, rate_type, rate_at, rate_date, amount_cap, amount_cap_split, rule_ids
    from attainment._counted_positions
    where needs_lines
),

described as (
    select
        credits.source_id, credits.transaction_id, credits.line_id, credits.position_id, credits.rule_set_id,
        credits.rule_id,
        case when credits.credit_type = 'rollup' then 'rollup' else 'own' end as credit_level, credits.product_id,
        products.brand_id, products.category_id, credits.channel_id, credits.share_rate, credits.credited_quantity,
        credits.credited_amount, credits.credited_margin_amount,
        times(credits.credited_quantity, product_volumes.volume_factor) as credited_volume, credits.currency_code,
        credits.booking_date, credits.period_id
    from credits
    left join products on credits.product_id = products.product_id
    left join product_volumes on credits.product_id = product_volumes.product_id
),

-- Every credit where it counts: at its position, and in the count of all positions.
placed as (
    select
        counted_positions.count_id, counted_positions.position_id, counted_positions.counted_level,
        counted_positions.product_scope_kind, counted_positions.product_scope_key,
        counted_positions.channel_id as counted_channel_id, counted_positions.measure_unit,
        counted_positions.currency_code as counted_currency_code, counted_positions.rate_type, counted_positions.rate_at,
        counted_positions.rate_date, counted_positions.amount_cap, counted_positions.amount_cap_split,
        counted_positions.rule_ids, described.rule_id, described.source_id, described.transaction_id,
        described.line_id, described.credit_level, described.product_id,
        described.brand_id, described.category_id, described.channel_id, described.share_rate,
        described.credited_quantity, described.credited_amount, described.credited_margin_amount,
        described.credited_volume, described.currency_code, described.booking_date, described.period_id
    from described
    inner join counted_positions
        on described.rule_set_id = counted_positions.rule_set_id
        and described.position_id = counted_positions.position_id
    union all
    select
        counted_positions.count_id, counted_positions.position_id, counted_positions.counted_level,
        counted_positions.product_scope_kind, counted_positions.product_scope_key,
        counted_positions.channel_id as counted_channel_id, counted_positions.measure_unit,
        counted_positions.currency_code as counted_currency_code, counted_positions.rate_type, counted_positions.rate_at,
        counted_positions.rate_date, counted_positions.amount_cap, counted_positions.amount_cap_split,
        counted_positions.rule_ids, described.rule_id, described.source_id, described.transaction_id,
        described.line_id, described.credit_level, described.product_id,
        described.brand_id, described.category_id, described.channel_id, described.share_rate,
        described.credited_quantity, described.credited_amount, described.credited_margin_amount,
        described.credited_volume, described.currency_code, described.booking_date, described.period_id
    from described
    inner join counted_positions on described.rule_set_id = counted_positions.rule_set_id
    where counted_positions.counted_level = 'national'
),

matched as (
    select
        placed.count_id, placed.position_id, placed.rate_type, placed.rate_at, placed.rate_date, placed.amount_cap,
        placed.amount_cap_split, placed.source_id, placed.transaction_id, placed.line_id, placed.product_id,
        placed.share_rate, placed.measure_unit, placed.booking_date, placed.period_id, placed.counted_currency_code,
        periods.to_date as period_to_date,
        case
            when placed.counted_currency_code <> '' and placed.counted_currency_code <> placed.currency_code
                then placed.currency_code
            else null
        end as foreign_currency_code,
        case
            when placed.measure_unit = 'value' then placed.credited_amount
            when placed.measure_unit = 'quantity' then placed.credited_quantity
            when placed.measure_unit = 'margin' then placed.credited_margin_amount
            when placed.measure_unit = 'volume' then placed.credited_volume
            else null
        end as credited_value
    from placed
    inner join periods on placed.period_id = periods.period_id
    where (placed.counted_level = 'team' or placed.credit_level = 'own')
        and (placed.rule_ids is null or strpos(placed.rule_ids, ',' || placed.rule_id || ',') > 0)
        and (placed.counted_channel_id is null or placed.counted_channel_id = placed.channel_id)
        and (
            placed.product_scope_kind = 'all'
            or (placed.product_scope_kind = 'product' and placed.product_scope_key = placed.product_id)
            or (placed.product_scope_kind = 'brand' and placed.product_scope_key = placed.brand_id)
            or (placed.product_scope_kind = 'category' and placed.product_scope_key = placed.category_id)
        )
),

-- Each credit is converted and rounded by itself; what cannot be converted is said and not added.
converted as (
    select
        matched.count_id, matched.position_id, matched.amount_cap, matched.amount_cap_split, matched.source_id,
        matched.transaction_id, matched.line_id, matched.product_id, matched.share_rate, matched.booking_date,
        matched.period_id, exchange_rates.exchange_rate_id,
        case
            when matched.foreign_currency_code is null then cast(matched.credited_value as decimal(38, 10))
            else times(matched.credited_value, exchange_rates.exchange_rate)
        end as counted_value,
        case
            when matched.foreign_currency_code is not null and matched.rate_type is null then 'foreign_currency'
            when matched.foreign_currency_code is not null and exchange_rates.exchange_rate is null
                then 'missing_exchange_rate'
            when matched.credited_value is null and matched.measure_unit = 'margin' then 'missing_cost'
            when matched.credited_value is null then 'missing_volume'
            else null
        end as uncounted_reason
    from matched
    left join exchange_rates
        on matched.rate_type = exchange_rates.rate_type
        and matched.foreign_currency_code = exchange_rates.from_currency_code
        and matched.counted_currency_code = exchange_rates.to_currency_code
        and (
            (matched.rate_at = 'booking_date'
                and exchange_rates.from_date <= matched.booking_date
                and exchange_rates.to_date > matched.booking_date)
            or (matched.rate_at = 'plan_begin'
                and exchange_rates.from_date <= matched.rate_date
                and exchange_rates.to_date > matched.rate_date)
            or (matched.rate_at = 'period_end'
                and exchange_rates.from_date < matched.period_to_date
                and exchange_rates.to_date >= matched.period_to_date)
        )
),

-- Whatever the position is credited of one line is capped together.
lines as (
    select
        count_id, position_id, source_id, transaction_id, line_id, max(booking_date) as booking_date,
        max(period_id) as period_id, max(product_id) as product_id, max(exchange_rate_id) as exchange_rate_id,
        max(amount_cap) as amount_cap, max(amount_cap_split) as amount_cap_split, sum(share_rate) as share_rate,
        coalesce(sum(counted_value), 0.0000000000) as uncapped_value, min(uncounted_reason) as uncounted_reason
    from converted
    group by count_id, position_id, source_id, transaction_id, line_id
),

bounded as (
    select
        count_id, position_id, source_id, transaction_id, line_id, booking_date, period_id, product_id,
        exchange_rate_id, share_rate, uncapped_value, uncounted_reason,
        case
            when amount_cap_split = 'before' then times(amount_cap, share_rate)
            else cast(amount_cap as decimal(38, 10))
        end as cap_value
    from lines
)

select
    count_id,
    position_id,
    source_id,
    transaction_id,
    line_id,
    booking_date,
    period_id,
    product_id,
    exchange_rate_id,
    cast(share_rate as decimal(38, 6)) as share_rate,
    cast(uncapped_value as decimal(38, 10)) as uncapped_value,
    cap_value,
    -- A return is capped as the mirror of its sale.
    cast(
        case
            when uncapped_value > cap_value then cap_value
            when uncapped_value < 0.0 - cap_value then 0.0 - cap_value
            else uncapped_value
        end as decimal(38, 10)
    ) as counted_value,
    uncounted_reason
from bounded
