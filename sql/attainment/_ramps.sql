-- One row per component with a ramp, position, payee and period of the plan's kind, also before the plan began: the part of the target that is due in that month of the occupancy.
with ramps as (
    select plan_id, component_id, month_number, ramp_rate
    from conformed.plan_ramps
),

ramped_components as (
    select plan_id, component_id
    from ramps
    group by plan_id, component_id
),

seats as (
    select plan_id, position_id, payee_id
    from attainment._seat_periods
    where payee_id <> ''
    group by plan_id, position_id, payee_id
),

plans as (
    select plan_id, period_kind
    from conformed.plan_plans
),

kinds as (
    select period_id, period_kind
    from conformed.periods
),

held_periods as (
    select position_id, payee_id, period_id
    from attainment.occupancy
),

occupancies as (
    select
        position_id, payee_id, from_date,
        lag(to_date) over (partition by position_id, payee_id order by from_date) as earlier_to_date
    from attainment._occupancies
),

-- A change of the share alone doesn't begin anew; a gap does.
beginnings as (
    select position_id, payee_id, from_date
    from occupancies
    where earlier_to_date is null or earlier_to_date < from_date
),

periods as (
    select
        period_id, from_date, to_date, cast(row_number() over (order by from_date) as bigint) as period_number
    from conformed.periods
    where period_kind = 'base'
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

begun as (
    select
        beginnings.position_id, beginnings.payee_id, beginnings.from_date, periods.period_number
    from beginnings
    inner join periods
        on beginnings.from_date >= periods.from_date
        and beginnings.from_date < periods.to_date
),

-- Whoever came before the calendar begins is past every ramp.
months as (
    select
        held_periods.position_id, held_periods.payee_id, held_periods.period_id,
        max(periods.period_number) - max(begun.period_number) + 1 as month_number
    from held_periods
    inner join periods on held_periods.period_id = periods.period_id
    inner join begun
        on held_periods.position_id = begun.position_id
        and held_periods.payee_id = begun.payee_id
        and begun.from_date < periods.to_date
    group by held_periods.position_id, held_periods.payee_id, held_periods.period_id
)

-- A longer period takes the mean of the months that the payee held.
select
    seats.plan_id,
    ramped_components.component_id,
    seats.position_id,
    seats.payee_id,
    kinds.period_id,
    ratio(sum(coalesce(ramps.ramp_rate, 1.000000)), count(held_periods.period_id), 10) as ramp_rate
from seats
inner join ramped_components on seats.plan_id = ramped_components.plan_id
inner join plans on seats.plan_id = plans.plan_id
inner join kinds on plans.period_kind = kinds.period_kind
inner join windows on kinds.period_id = windows.period_id
inner join held_periods
    on seats.position_id = held_periods.position_id
    and seats.payee_id = held_periods.payee_id
    and windows.base_period_id = held_periods.period_id
left join months
    on held_periods.position_id = months.position_id
    and held_periods.payee_id = months.payee_id
    and held_periods.period_id = months.period_id
left join ramps
    on ramped_components.plan_id = ramps.plan_id
    and ramped_components.component_id = ramps.component_id
    and months.month_number = ramps.month_number
group by
    seats.plan_id, ramped_components.component_id, seats.position_id, seats.payee_id, kinds.period_id
