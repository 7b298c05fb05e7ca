-- One row per order line whose rep is not assigned to its territory.
with transactions as (
    select source_id, transaction_id, line_id, booking_date, period_id, named_position_id, place_id, net_amount
    from conformed.transactions
),
assignments as (
    select position_id, territory_id
    from conformed.assignments
),
sales_force as (
    select position_id, salesperson_name
    from conformed.sales_force
),
places as (
    select place_id, place_name
    from conformed.places
)
select
    transactions.source_id,
    transactions.transaction_id,
    transactions.line_id,
    transactions.booking_date,
    transactions.period_id,
    transactions.named_position_id as position_id,
    sales_force.salesperson_name,
    transactions.place_id,
    places.place_name,
    transactions.net_amount
from transactions
inner join sales_force on sales_force.position_id = transactions.named_position_id
inner join places on places.place_id = transactions.place_id
left join assignments
    on assignments.position_id = transactions.named_position_id
    and assignments.territory_id = transactions.place_id
where assignments.position_id is null
