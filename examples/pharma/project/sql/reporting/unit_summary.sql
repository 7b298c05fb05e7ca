-- One row per business unit and month: sales against target and budget, and the seats that made them.
with transactions as (
    select product_id, period_id, net_amount, source_id
    from conformed.transactions
),

packs as (
    select product_id, category_id
    from staging.packs
),

units as (
    select unit_id, category_id, currency_code
    from conformed.units
),

positions as (
    select position_id, unit_id, role_id
    from conformed.positions
),

targets as (
    select position_id, period_id, target_amount
    from conformed.targets
    where target_set_id = 'official' and product_scope_kind = 'all'
),

budgets as (
    select unit_id, period_id, sales_amount
    from conformed.budgets
),

occupancy as (
    select position_id, payee_id, period_id
    from attainment.occupancy
),

sold as (
    select units.unit_id, transactions.period_id, sum(transactions.net_amount) as net_amount
    from transactions
    inner join packs on transactions.product_id = packs.product_id
    inner join units on packs.category_id = units.category_id
    group by units.unit_id, transactions.period_id
),

planned as (
    select positions.unit_id, targets.period_id, sum(targets.target_amount) as target_amount
    from targets
    inner join positions on targets.position_id = positions.position_id
    where positions.role_id = 'unit_manager'
    group by positions.unit_id, targets.period_id
),

budgeted as (
    select unit_id, period_id, sum(sales_amount) as budget_amount
    from budgets
    group by unit_id, period_id
),

seats as (
    select unit_id, count(position_id) as position_count
    from positions
    group by unit_id
),

held_seats as (
    select positions.unit_id, occupancy.period_id, occupancy.position_id
    from occupancy
    inner join positions on occupancy.position_id = positions.position_id
    group by positions.unit_id, occupancy.period_id, occupancy.position_id
),

held as (
    select unit_id, period_id, count(position_id) as held_count
    from held_seats
    group by unit_id, period_id
),

-- Whoever moves within the unit counts once.
unit_payees as (
    select positions.unit_id, occupancy.period_id, occupancy.payee_id
    from occupancy
    inner join positions on occupancy.position_id = positions.position_id
    group by positions.unit_id, occupancy.period_id, occupancy.payee_id
),

peopled as (
    select unit_id, period_id, count(payee_id) as payee_count
    from unit_payees
    group by unit_id, period_id
)

select
    sold.unit_id,
    sold.period_id,
    units.currency_code,
    cast(sold.net_amount as decimal(19, 4)) as net_amount,
    cast(planned.target_amount as decimal(19, 4)) as target_amount,
    cast(ratio(sold.net_amount, planned.target_amount, 6) as decimal(18, 6)) as attainment_rate,
    cast(budgeted.budget_amount as decimal(19, 4)) as budget_amount,
    cast(sold.net_amount - budgeted.budget_amount as decimal(19, 4)) as over_budget_amount,
    seats.position_count,
    coalesce(held.held_count, 0) as held_count,
    coalesce(peopled.payee_count, 0) as payee_count,
    cast(ratio(sold.net_amount, peopled.payee_count, 4) as decimal(19, 4)) as amount_per_payee
from sold
inner join units on sold.unit_id = units.unit_id
inner join seats on sold.unit_id = seats.unit_id
left join planned
    on sold.unit_id = planned.unit_id
    and sold.period_id = planned.period_id
left join budgeted
    on sold.unit_id = budgeted.unit_id
    and sold.period_id = budgeted.period_id
left join held
    on sold.unit_id = held.unit_id
    and sold.period_id = held.period_id
left join peopled
    on sold.unit_id = peopled.unit_id
    and sold.period_id = peopled.period_id
