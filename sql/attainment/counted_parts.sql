-- One row per plan, position, payee, period, window and part of the window that counts: the plan covers it, and no other plan of the same earning code had the payee there. A rolling window counts all its periods.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id, earning_code
    from attainment._seat_periods
),

plans as (
    select plan_id, valid_from_date, valid_to_date
    from conformed.plan_plans
),

components as (
    select plan_id, window_kind
    from conformed.plan_components
),

terms as (
    select plan_id, window_kind
    from conformed.plan_terms
),

named_windows as (
    select plan_id, window_kind
    from components
    union all
    select plan_id, window_kind
    from terms
),

plan_windows as (
    select plan_id, window_kind
    from named_windows
    group by plan_id, window_kind
),

parts as (
    select period_id, window_kind, part_period_id
    from attainment._parts
),

periods as (
    select period_id, to_date, day_count, working_day_count
    from conformed.periods
),

seat_parts as (
    select
        seat_periods.plan_id, seat_periods.position_id, seat_periods.payee_id, seat_periods.period_id,
        seat_periods.earning_code, parts.window_kind, parts.part_period_id, periods.day_count, periods.working_day_count,
        case when strpos(parts.window_kind, 'rolling_') = 1 then true else false end as is_rolling,
        case
            when periods.to_date > plans.valid_from_date and periods.to_date <= plans.valid_to_date then true else false
        end as is_covered
    from seat_periods
    inner join plans on seat_periods.plan_id = plans.plan_id
    inner join parts on seat_periods.period_id = parts.period_id
    inner join periods on parts.part_period_id = periods.period_id
    left join plan_windows
        on seat_periods.plan_id = plan_windows.plan_id
        and parts.window_kind = plan_windows.window_kind
    where plan_windows.plan_id is not null
        or parts.window_kind = 'period'
        or parts.window_kind = 'quarter_to_date'
        or parts.window_kind = 'year_to_date'
)

select
    seat_parts.plan_id,
    seat_parts.position_id,
    seat_parts.payee_id,
    seat_parts.period_id,
    seat_parts.window_kind,
    seat_parts.part_period_id,
    seat_parts.day_count,
    seat_parts.working_day_count
from seat_parts
left join seat_periods as elsewhere
    on seat_parts.part_period_id = elsewhere.period_id
    and seat_parts.position_id = elsewhere.position_id
    and seat_parts.payee_id = elsewhere.payee_id
    and seat_parts.earning_code = elsewhere.earning_code
    and seat_parts.plan_id <> elsewhere.plan_id
where seat_parts.is_rolling or (seat_parts.is_covered and elsewhere.plan_id is null)
