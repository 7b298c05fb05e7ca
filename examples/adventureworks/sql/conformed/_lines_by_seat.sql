-- One row per order line.
with transactions as (
    select source_id, transaction_id, line_id, period_id, booking_date, named_position_id, place_id, net_amount
    from conformed.transactions
),
seats as (
    select position_id, territory_id, from_date, to_date
    from conformed.seats
),
lines_with_seats as (
    select
        transactions.source_id,
        transactions.transaction_id,
        transactions.line_id,
        count(*) as seat_count,
        count(case when seats.territory_id = transactions.place_id then 1 else null end) as seat_in_territory_count
    from transactions
    inner join seats
        on seats.position_id = transactions.named_position_id
        and transactions.booking_date >= seats.from_date
        and transactions.booking_date < seats.to_date
    group by transactions.source_id, transactions.transaction_id, transactions.line_id
)
select
    transactions.source_id,
    transactions.transaction_id,
    transactions.line_id,
    transactions.named_position_id as position_id,
    transactions.place_id as territory_id,
    transactions.period_id,
    transactions.net_amount,
    coalesce(lines_with_seats.seat_count, 0) as seat_count,
    coalesce(lines_with_seats.seat_in_territory_count, 0) as seat_in_territory_count
from transactions
left join lines_with_seats
    on lines_with_seats.source_id = transactions.source_id
    and lines_with_seats.transaction_id = transactions.transaction_id
    and lines_with_seats.line_id = transactions.line_id
