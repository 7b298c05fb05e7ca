-- One row per term of credits, position, payee, period of the plan and base period that its window counts, with credits.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id
    from attainment._seat_periods
),

terms as (
    select
        plan_id, component_id, term_number, count_id, rule_set_id, measure_level, is_by_holder, window_kind, shift_kind
    from attainment._counted_terms
),

managers as (
    select rule_set_id, position_id, period_id, manager_position_id
    from attainment._managers
),

counted_parts as (
    select plan_id, position_id, payee_id, period_id, window_kind, part_period_id
    from attainment.counted_parts
),

shifts as (
    select window_kind, shift_kind, part_period_id, counted_period_id
    from attainment._references
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

-- The base periods that a part of a window counts, itself or its reference.
counted_periods as (
    select shifts.window_kind, shifts.shift_kind, shifts.part_period_id, windows.base_period_id
    from shifts
    inner join windows on shifts.counted_period_id = windows.period_id
),

count_values as (
    select count_id, position_id, payee_id, period_id, credit_count, counted_value, uncounted_reason
    from attainment._count_values
),

counted_seats as (
    select
        seat_periods.plan_id, terms.component_id, terms.term_number, seat_periods.position_id, seat_periods.payee_id,
        seat_periods.period_id, terms.count_id, terms.window_kind, terms.shift_kind,
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
    counted_seats.term_number,
    counted_seats.position_id,
    counted_seats.payee_id,
    counted_seats.period_id,
    counted_parts.part_period_id,
    counted_periods.base_period_id,
    counted_seats.count_id,
    counted_seats.counted_position_id,
    count_values.counted_value,
    count_values.credit_count,
    count_values.uncounted_reason
from counted_seats
inner join counted_parts
    on counted_seats.plan_id = counted_parts.plan_id
    and counted_seats.position_id = counted_parts.position_id
    and counted_seats.payee_id = counted_parts.payee_id
    and counted_seats.period_id = counted_parts.period_id
    and counted_seats.window_kind = counted_parts.window_kind
inner join counted_periods
    on counted_seats.window_kind = counted_periods.window_kind
    and counted_seats.shift_kind = counted_periods.shift_kind
    and counted_parts.part_period_id = counted_periods.part_period_id
inner join count_values
    on counted_seats.count_id = count_values.count_id
    and counted_seats.counted_position_id = count_values.position_id
    and counted_seats.counted_payee_id = count_values.payee_id
    and counted_periods.base_period_id = count_values.period_id
