-- One row per return from a hospital whose order is known: its commission is taken back.
with returns as (
    select source_id, transaction_id, account_id, product_id, booking_date, net_amount, original_transaction_id
    from staging.returns
    where original_transaction_id is not null and source_id in ('de_hospital_orders', 'pl_hospital_orders')
),

orders as (
    select source_id, transaction_id, min(booking_date) as booking_date
    from staging.hospital_lines
    group by source_id, transaction_id
),

packs as (
    select product_id, category_id
    from staging.packs
),

units as (
    select unit_id, country_code, category_id
    from staging.units
),

account_alignments as (
    select unit_id, account_id, position_id, from_date, to_date
    from staging.account_alignments
),

occupancies as (
    select position_id, payee_id, from_date, to_date, share_rate
    from conformed.occupancies
),

pay_terms as (
    select payee_id, from_date, to_date, commission_rate
    from conformed.pay_terms
    where commission_rate is not null
),

days as (
    select day_date, period_id
    from conformed.days
),

-- Whoever looked after the hospital on the day of the order gives the commission back.
ordered as (
    select
        returns.transaction_id, returns.booking_date, returns.net_amount, units.unit_id, units.country_code,
        orders.booking_date as ordered_date, occupancies.payee_id, occupancies.share_rate, pay_terms.commission_rate
    from returns
    inner join orders
        on returns.source_id = orders.source_id
        and returns.original_transaction_id = orders.transaction_id
    inner join packs on returns.product_id = packs.product_id
    inner join units on packs.category_id = units.category_id
    inner join account_alignments
        on units.unit_id = account_alignments.unit_id
        and returns.account_id = account_alignments.account_id
        and orders.booking_date >= account_alignments.from_date
        and orders.booking_date < account_alignments.to_date
    inner join occupancies
        on account_alignments.position_id = occupancies.position_id
        and orders.booking_date >= occupancies.from_date
        and orders.booking_date < occupancies.to_date
    inner join pay_terms
        on occupancies.payee_id = pay_terms.payee_id
        and orders.booking_date >= pay_terms.from_date
        and orders.booking_date < pay_terms.to_date
)

select
    concat(ordered.transaction_id, ' ', ordered.payee_id) as clawback_id,
    ordered.payee_id,
    case ordered.country_code
        when 'DE' then 'account-managers-de-2025'
        else concat('account-managers-', lower(ordered.unit_id), '-2025')
    end as plan_id,
    'returned_order' as cause,
    ordered_days.period_id as origin_period_id,
    ordered.booking_date as event_date,
    days.period_id,
    cast(
        (date_part('year', ordered.booking_date) - date_part('year', ordered.ordered_date)) * 12
        + date_part('month', ordered.booking_date) - date_part('month', ordered.ordered_date) as bigint
    ) as elapsed_count,
    round_money(times(times(- ordered.net_amount, ordered.commission_rate), ordered.share_rate), 2, 'half_up')
        as clawback_amount
from ordered
inner join days on ordered.booking_date = days.day_date
inner join days as ordered_days on ordered.ordered_date = ordered_days.day_date
