-- One row per plan, position, payee, period, window and part of the window that counts: the plan covers it, and no other plan of the same earning code had the payee there.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id, earning_code
    from attainment._seat_periods
),

plans as (
    select plan_id, valid_from_date, valid_to_date
    from conformed.plan_plans
),

parts as (
    select period_id, window_kind, part_period_id
    from attainment._parts
),

periods as (
    select period_id, to_date, day_count, working_day_count
    from conformed.periods
)

select
    seat_periods.plan_id,
    seat_periods.position_id,
    seat_periods.payee_id,
    seat_periods.period_id,
    parts.window_kind,
    parts.part_period_id,
    periods.day_count,
    periods.working_day_count
from seat_periods
inner join plans on seat_periods.plan_id = plans.plan_id
inner join parts on seat_periods.period_id = parts.period_id
inner join periods
    on parts.part_period_id = periods.period_id
    and periods.to_date > plans.valid_from_date
    and periods.to_date <= plans.valid_to_date
left join seat_periods as elsewhere
    on parts.part_period_id = elsewhere.period_id
    and seat_periods.position_id = elsewhere.position_id
    and seat_periods.payee_id = elsewhere.payee_id
    and seat_periods.earning_code = elsewhere.earning_code
    and seat_periods.plan_id <> elsewhere.plan_id
where elsewhere.plan_id is null
