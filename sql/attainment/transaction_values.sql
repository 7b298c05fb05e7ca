-- One row per component that is paid line by line, position, payee, period of the plan and transaction line.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id, currency_code
    from attainment._seat_periods
),

terms as (
    select plan_id, component_id, count_id, rule_set_id, measure_level, is_by_holder
    from attainment._counted_terms
    where is_by_transaction
),

managers as (
    select rule_set_id, position_id, period_id, manager_position_id
    from attainment._managers
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

occupancies as (
    select position_id, payee_id, from_date, to_date
    from attainment._occupancies
),

counted_lines as (
    select
        count_id, position_id, source_id, transaction_id, line_id, booking_date, period_id, product_id,
        exchange_rate_id, uncapped_value, counted_value
    from attainment._counted_lines
    where uncounted_reason is null
),

held_counts as (
    select count_id, is_by_holder
    from terms
    group by count_id, is_by_holder
),

-- The lines of days on which nobody held the seat stay with the empty payee.
held_lines as (
    select
        counted_lines.count_id, counted_lines.position_id, coalesce(occupancies.payee_id, '') as payee_id,
        counted_lines.source_id, counted_lines.transaction_id, counted_lines.line_id, counted_lines.booking_date,
        counted_lines.period_id, counted_lines.product_id, counted_lines.exchange_rate_id, counted_lines.uncapped_value,
        counted_lines.counted_value
    from counted_lines
    inner join held_counts on counted_lines.count_id = held_counts.count_id
    left join occupancies
        on held_counts.is_by_holder
        and counted_lines.position_id = occupancies.position_id
        and counted_lines.booking_date >= occupancies.from_date
        and counted_lines.booking_date < occupancies.to_date
),

counted_seats as (
    select
        seat_periods.plan_id, terms.component_id, seat_periods.position_id, seat_periods.payee_id,
        seat_periods.period_id, seat_periods.currency_code, terms.count_id,
        case when terms.is_by_holder then seat_periods.payee_id else '' end as counted_payee_id,
        case
            when terms.measure_level = 'national' then '*'
            when terms.measure_level = 'above' then managers.manager_position_id
            else seat_periods.position_id
        end as counted_position_id
    from seat_periods
    inner join terms on seat_periods.plan_id = terms.plan_id
    left join managers
        on terms.rule_set_id = managers.rule_set_id
        and seat_periods.position_id = managers.position_id
        and seat_periods.period_id = managers.period_id
)

select
    counted_seats.plan_id,
    counted_seats.component_id,
    counted_seats.position_id,
    counted_seats.payee_id,
    counted_seats.period_id,
    held_lines.source_id || '/' || held_lines.transaction_id || '/' || held_lines.line_id as basis_key,
    held_lines.source_id,
    held_lines.transaction_id,
    held_lines.line_id,
    held_lines.booking_date,
    held_lines.product_id,
    held_lines.exchange_rate_id,
    held_lines.uncapped_value,
    held_lines.counted_value as basis_amount,
    counted_seats.currency_code
from counted_seats
inner join windows on counted_seats.period_id = windows.period_id
inner join held_lines
    on counted_seats.count_id = held_lines.count_id
    and counted_seats.counted_position_id = held_lines.position_id
    and counted_seats.counted_payee_id = held_lines.payee_id
    and windows.base_period_id = held_lines.period_id
