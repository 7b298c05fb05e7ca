-- One row per plan, position, payee and period of the plan: the seats that a plan applies to, vacant ones with an empty payee.
with measured_periods as (
    select period_id, period_kind, from_date, to_date, quarter_id, year_id, day_count, working_day_count,
        is_complete
    from attainment._measured_periods
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

base_periods as (
    select period_id, from_date
    from conformed.periods
    where period_kind = 'base'
),

occupancy as (
    select
        position_id, payee_id, period_id, held_day_count, held_working_day_count, termed_day_count,
        share_day_quantity, share_working_day_quantity, incentive_day_amount, incentive_working_day_amount,
        commission_rate, currency_code, has_several_currencies, last_held_date
    from attainment.occupancy
),

positions as (
    select position_id, role_id, unit_id
    from conformed.positions
),

plans as (
    select
        plan_id, plan_version, valid_from_date, valid_to_date, role_id, unit_id, position_id, payee_id, assignment_rank,
        earning_code, currency_code, period_kind, target_incentive_source, target_incentive_amount, pay_proration,
        target_proration, credit_basis
    from conformed.plan_plans
),

filled_days as (
    select position_id, period_id, filled_day_count, filled_working_day_count
    from attainment._filled_days
),

filled_periods as (
    select
        windows.period_id, filled_days.position_id,
        sum(filled_days.filled_day_count) as filled_day_count,
        sum(filled_days.filled_working_day_count) as filled_working_day_count
    from filled_days
    inner join windows on filled_days.period_id = windows.base_period_id
    group by windows.period_id, filled_days.position_id
),

occupied_periods as (
    select
        windows.period_id, occupancy.position_id, occupancy.payee_id, occupancy.held_day_count,
        occupancy.held_working_day_count, occupancy.termed_day_count, occupancy.share_day_quantity,
        occupancy.share_working_day_quantity, occupancy.incentive_day_amount, occupancy.incentive_working_day_amount,
        occupancy.commission_rate, occupancy.currency_code, occupancy.has_several_currencies, occupancy.last_held_date,
        max(occupancy.last_held_date) over (
            partition by windows.period_id, occupancy.position_id, occupancy.payee_id
        ) as last_date_of_period
    from occupancy
    inner join windows on occupancy.period_id = windows.base_period_id
),

held_periods as (
    select
        period_id, position_id, payee_id,
        sum(held_day_count) as held_day_count,
        sum(held_working_day_count) as held_working_day_count,
        sum(termed_day_count) as termed_day_count,
        sum(share_day_quantity) as share_day_quantity,
        sum(share_working_day_quantity) as share_working_day_quantity,
        sum(incentive_day_amount) as incentive_day_amount,
        sum(incentive_working_day_amount) as incentive_working_day_amount,
        max(case when last_held_date = last_date_of_period then commission_rate else null end) as commission_rate,
        max(currency_code) as terms_currency_code,
        max(case when has_several_currencies then 1 else 0 end) as has_several_currencies,
        min(currency_code) as lowest_currency_code
    from occupied_periods
    group by period_id, position_id, payee_id
),

-- Everyone who held the position, and nobody, where days are left.
holders as (
    select period_id, position_id, payee_id
    from held_periods
    union all
    select measured_periods.period_id, filled_periods.position_id, '' as payee_id
    from measured_periods
    inner join filled_periods on measured_periods.period_id = filled_periods.period_id
    where filled_periods.filled_day_count < measured_periods.day_count
),

seats as (
    select
        measured_periods.period_id, measured_periods.period_kind, measured_periods.from_date, measured_periods.to_date,
        measured_periods.quarter_id, measured_periods.year_id, measured_periods.day_count,
        measured_periods.working_day_count, measured_periods.is_complete, positions.position_id,
        positions.role_id, positions.unit_id,
        coalesce(holders.payee_id, '') as payee_id,
        coalesce(filled_periods.filled_day_count, 0) as filled_day_count,
        coalesce(filled_periods.filled_working_day_count, 0) as filled_working_day_count,
        held_periods.held_day_count, held_periods.held_working_day_count, held_periods.termed_day_count,
        held_periods.share_day_quantity, held_periods.share_working_day_quantity, held_periods.incentive_day_amount,
        held_periods.incentive_working_day_amount, held_periods.commission_rate, held_periods.terms_currency_code,
        held_periods.has_several_currencies, held_periods.lowest_currency_code
    from measured_periods
    cross join positions
    left join filled_periods
        on measured_periods.period_id = filled_periods.period_id
        and positions.position_id = filled_periods.position_id
    left join holders
        on measured_periods.period_id = holders.period_id
        and positions.position_id = holders.position_id
    left join held_periods
        on holders.period_id = held_periods.period_id
        and holders.position_id = held_periods.position_id
        and holders.payee_id = held_periods.payee_id
),

-- A plan applies to a period whose last day it covers. The days between two holders are a seat of their own where credits go
-- by days; where they go by position, whoever holds it counts them.
assigned_seats as (
    select
        plans.plan_id, plans.plan_version, plans.earning_code, plans.currency_code, plans.period_kind as plan_period_kind,
        plans.target_incentive_source, plans.target_incentive_amount, plans.pay_proration, plans.target_proration,
        plans.credit_basis, seats.filled_day_count, seats.filled_working_day_count, seats.is_complete,
        seats.period_id, seats.period_kind, seats.from_date, seats.to_date, seats.quarter_id, seats.year_id,
        seats.day_count, seats.working_day_count, seats.position_id, seats.payee_id, seats.held_day_count,
        seats.held_working_day_count, seats.termed_day_count, seats.share_day_quantity,
        seats.share_working_day_quantity, seats.incentive_day_amount, seats.incentive_working_day_amount,
        seats.commission_rate, seats.terms_currency_code, seats.has_several_currencies, seats.lowest_currency_code,
        row_number() over (
            partition by seats.period_id, seats.position_id, seats.payee_id, plans.earning_code
            order by plans.assignment_rank desc, plans.plan_id
        ) as place
    from seats
    inner join plans
        on seats.to_date > plans.valid_from_date
        and seats.to_date <= plans.valid_to_date
        and (plans.role_id is null or plans.role_id = seats.role_id)
        and (plans.unit_id is null or plans.unit_id = seats.unit_id)
        and (plans.position_id is null or plans.position_id = seats.position_id)
        and (plans.payee_id is null or plans.payee_id = seats.payee_id)
    where seats.payee_id <> '' or seats.filled_day_count = 0 or plans.credit_basis = 'occupancy'
)

select
    plan_id,
    position_id,
    payee_id,
    period_id,
    plan_version,
    earning_code,
    currency_code,
    target_incentive_source,
    quarter_id,
    year_id,
    coalesce(held_day_count, 0) as held_day_count,
    case when pay_proration = 'by_working_days' then working_day_count else day_count end as period_day_count,
    case
        when payee_id = '' then 0.000000
        when pay_proration = 'by_working_days' then share_working_day_quantity
        else share_day_quantity
    end as share_day_quantity,
    case when pay_proration = 'by_working_days' then held_working_day_count else held_day_count end as pay_day_count,
    -- The part of the target that belongs to this payee; a vacant seat keeps what its holders leave.
    case
        when target_proration = 'none' or (payee_id = '' and credit_basis = 'position') then 1.0000000000
        when payee_id = '' and target_proration = 'by_working_days'
            then ratio(working_day_count - filled_working_day_count, working_day_count, 10)
        when payee_id = '' then ratio(day_count - filled_day_count, day_count, 10)
        when target_proration = 'by_working_days' then ratio(held_working_day_count, working_day_count, 10)
        else ratio(held_day_count, day_count, 10)
    end as target_part_rate,
    -- What the payee would get at 100 % for this period.
    case
        when payee_id = '' or target_incentive_source = 'none' then 0.0000000000
        when target_incentive_source = 'roster' and pay_proration = 'none' then ratio(incentive_day_amount, held_day_count, 10)
        when target_incentive_source = 'roster' and pay_proration = 'by_working_days'
            then ratio(incentive_working_day_amount, working_day_count, 10)
        when target_incentive_source = 'roster' then ratio(incentive_day_amount, day_count, 10)
        when pay_proration = 'none' then ratio(target_incentive_amount * share_day_quantity, held_day_count, 10)
        when pay_proration = 'by_working_days'
            then ratio(target_incentive_amount * share_working_day_quantity, working_day_count, 10)
        else ratio(target_incentive_amount * share_day_quantity, day_count, 10)
    end as eligible_incentive_amount,
    -- And from what: the pay of each day held, added up, and the days that it is divided by.
    case
        when payee_id = '' or target_incentive_source = 'none' then 0.0000000000
        when target_incentive_source = 'roster' and pay_proration = 'by_working_days' then incentive_working_day_amount
        when target_incentive_source = 'roster' then incentive_day_amount
        when pay_proration = 'by_working_days' then times(target_incentive_amount, share_working_day_quantity)
        else times(target_incentive_amount, share_day_quantity)
    end as held_incentive_amount,
    case
        when pay_proration = 'none' then held_day_count
        when pay_proration = 'by_working_days' then working_day_count
        else day_count
    end as incentive_day_count,
    pay_proration,
    commission_rate,
    case
        when payee_id <> '' and target_incentive_source = 'roster' and termed_day_count < held_day_count then true else false
    end as lacks_target_incentive,
    case
        when has_several_currencies = 1 or terms_currency_code <> currency_code or lowest_currency_code <> currency_code
            then true
        else false
    end as has_other_currency,
    is_complete,
    from_date,
    to_date
from assigned_seats
where place = 1 and period_kind = plan_period_kind
