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
        target_proration, credit_basis, minimum_day_count
    from conformed.plan_plans
),

plan_leaves as (
    select plan_id, leave_kind
    from conformed.plan_leaves
),

leave_days as (
    select
        position_id, payee_id, period_id, leave_kind, leave_day_count, leave_working_day_count, termed_day_count,
        share_day_quantity, share_working_day_quantity, incentive_day_amount, incentive_working_day_amount
    from attainment._leave_days
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

held_seats as (
    select position_id, payee_id
    from held_periods
    group by position_id, payee_id
),

-- A plan meets positions by the narrowest of the keys that it names; the others only narrow them further.
plan_positions as (
    select plans.plan_id, positions.position_id
    from plans
    inner join held_seats on plans.payee_id = held_seats.payee_id
    inner join positions on held_seats.position_id = positions.position_id
    where (plans.position_id is null or plans.position_id = positions.position_id)
        and (plans.unit_id is null or plans.unit_id = positions.unit_id)
        and (plans.role_id is null or plans.role_id = positions.role_id)
    union all
    select plans.plan_id, positions.position_id
    from plans
    inner join positions on plans.position_id = positions.position_id
    where plans.payee_id is null
        and (plans.unit_id is null or plans.unit_id = positions.unit_id)
        and (plans.role_id is null or plans.role_id = positions.role_id)
    union all
    select plans.plan_id, positions.position_id
    from plans
    inner join positions
        on plans.unit_id = positions.unit_id
        and plans.role_id = positions.role_id
    where plans.payee_id is null and plans.position_id is null
    union all
    select plans.plan_id, positions.position_id
    from plans
    inner join positions on plans.unit_id = positions.unit_id
    where plans.payee_id is null and plans.position_id is null and plans.role_id is null
    union all
    select plans.plan_id, positions.position_id
    from plans
    inner join positions on plans.role_id = positions.role_id
    where plans.payee_id is null and plans.position_id is null and plans.unit_id is null
),

validities as (
    select valid_from_date, valid_to_date
    from plans
    group by valid_from_date, valid_to_date
),

-- A plan applies to a period whose last day it covers.
covered_periods as (
    select
        validities.valid_from_date, validities.valid_to_date, measured_periods.period_id, measured_periods.period_kind,
        measured_periods.from_date, measured_periods.to_date, measured_periods.quarter_id, measured_periods.year_id,
        measured_periods.day_count, measured_periods.working_day_count, measured_periods.is_complete
    from validities
    inner join measured_periods
        on measured_periods.to_date > validities.valid_from_date
        and measured_periods.to_date <= validities.valid_to_date
),

planned_seats as (
    select
        plans.plan_id, plans.plan_version, plans.earning_code, plans.currency_code, plans.assignment_rank,
        plans.period_kind as plan_period_kind, plans.target_incentive_source, plans.target_incentive_amount,
        plans.pay_proration, plans.target_proration, plans.credit_basis, plans.minimum_day_count,
        plans.payee_id as planned_payee_id, covered_periods.period_id, covered_periods.period_kind,
        covered_periods.from_date, covered_periods.to_date, covered_periods.quarter_id, covered_periods.year_id,
        covered_periods.day_count, covered_periods.working_day_count, covered_periods.is_complete,
        plan_positions.position_id, coalesce(holders.payee_id, '') as payee_id
    from plan_positions
    inner join plans on plan_positions.plan_id = plans.plan_id
    inner join covered_periods
        on plans.valid_from_date = covered_periods.valid_from_date
        and plans.valid_to_date = covered_periods.valid_to_date
    left join holders
        on covered_periods.period_id = holders.period_id
        and plan_positions.position_id = holders.position_id
),

-- The days between two holders are a seat of their own where credits go by days; where they go by position, whoever holds it
-- counts them. Of the plans of one earning code the most specific applies, whatever its kind of period.
assigned_seats as (
    select
        planned_seats.plan_id, planned_seats.plan_version, planned_seats.earning_code, planned_seats.currency_code,
        planned_seats.plan_period_kind, planned_seats.target_incentive_source, planned_seats.target_incentive_amount,
        planned_seats.pay_proration, planned_seats.target_proration, planned_seats.credit_basis,
        planned_seats.minimum_day_count, planned_seats.period_id, planned_seats.period_kind, planned_seats.from_date,
        planned_seats.to_date, planned_seats.quarter_id, planned_seats.year_id, planned_seats.day_count,
        planned_seats.working_day_count, planned_seats.is_complete, planned_seats.position_id, planned_seats.payee_id,
        coalesce(filled_periods.filled_day_count, 0) as filled_day_count,
        coalesce(filled_periods.filled_working_day_count, 0) as filled_working_day_count,
        row_number() over (
            partition by
                planned_seats.period_id, planned_seats.position_id, planned_seats.payee_id, planned_seats.earning_code
            order by planned_seats.assignment_rank desc, planned_seats.plan_id
        ) as place
    from planned_seats
    left join filled_periods
        on planned_seats.period_id = filled_periods.period_id
        and planned_seats.position_id = filled_periods.position_id
    where (planned_seats.planned_payee_id is null or planned_seats.planned_payee_id = planned_seats.payee_id)
        and (
            planned_seats.payee_id <> ''
            or coalesce(filled_periods.filled_day_count, 0) = 0
            or planned_seats.credit_basis = 'occupancy'
        )
),

applied_seats as (
    select
        plan_id, plan_version, earning_code, currency_code, target_incentive_source, target_incentive_amount,
        pay_proration, target_proration, credit_basis, minimum_day_count, period_id, from_date, to_date, quarter_id,
        year_id, day_count, working_day_count, is_complete, position_id, payee_id, filled_day_count,
        filled_working_day_count
    from assigned_seats
    where place = 1 and period_kind = plan_period_kind
),

-- The days that the payee was on leave of a kind that the plan does not count.
leave_periods as (
    select
        applied_seats.plan_id, applied_seats.period_id, applied_seats.position_id, applied_seats.payee_id,
        sum(leave_days.leave_day_count) as leave_day_count,
        sum(leave_days.leave_working_day_count) as leave_working_day_count,
        sum(leave_days.termed_day_count) as termed_day_count,
        sum(leave_days.share_day_quantity) as share_day_quantity,
        sum(leave_days.share_working_day_quantity) as share_working_day_quantity,
        sum(leave_days.incentive_day_amount) as incentive_day_amount,
        sum(leave_days.incentive_working_day_amount) as incentive_working_day_amount
    from applied_seats
    inner join plan_leaves on applied_seats.plan_id = plan_leaves.plan_id
    inner join windows on applied_seats.period_id = windows.period_id
    inner join leave_days
        on plan_leaves.leave_kind = leave_days.leave_kind
        and windows.base_period_id = leave_days.period_id
        and applied_seats.position_id = leave_days.position_id
        and applied_seats.payee_id = leave_days.payee_id
    group by applied_seats.plan_id, applied_seats.period_id, applied_seats.position_id, applied_seats.payee_id
),

present_seats as (
    select
        applied_seats.plan_id, applied_seats.plan_version, applied_seats.earning_code, applied_seats.currency_code,
        applied_seats.target_incentive_source, applied_seats.target_incentive_amount, applied_seats.pay_proration,
        applied_seats.target_proration, applied_seats.credit_basis, applied_seats.minimum_day_count,
        applied_seats.period_id, applied_seats.from_date, applied_seats.to_date, applied_seats.quarter_id,
        applied_seats.year_id, applied_seats.day_count, applied_seats.working_day_count, applied_seats.is_complete,
        applied_seats.position_id, applied_seats.payee_id, applied_seats.filled_day_count,
        applied_seats.filled_working_day_count, held_periods.commission_rate, held_periods.terms_currency_code,
        held_periods.has_several_currencies, held_periods.lowest_currency_code,
        held_periods.held_day_count - coalesce(leave_periods.leave_day_count, 0) as held_day_count,
        held_periods.held_working_day_count - coalesce(leave_periods.leave_working_day_count, 0)
            as held_working_day_count,
        held_periods.termed_day_count - coalesce(leave_periods.termed_day_count, 0) as termed_day_count,
        cast(held_periods.share_day_quantity - coalesce(leave_periods.share_day_quantity, 0.0) as decimal(38, 10))
            as share_day_quantity,
        cast(
            held_periods.share_working_day_quantity - coalesce(leave_periods.share_working_day_quantity, 0.0)
            as decimal(38, 10)
        ) as share_working_day_quantity,
        cast(held_periods.incentive_day_amount - coalesce(leave_periods.incentive_day_amount, 0.0) as decimal(38, 10))
            as incentive_day_amount,
        cast(
            held_periods.incentive_working_day_amount - coalesce(leave_periods.incentive_working_day_amount, 0.0)
            as decimal(38, 10)
        ) as incentive_working_day_amount
    from applied_seats
    left join held_periods
        on applied_seats.period_id = held_periods.period_id
        and applied_seats.position_id = held_periods.position_id
        and applied_seats.payee_id = held_periods.payee_id
    left join leave_periods
        on applied_seats.plan_id = leave_periods.plan_id
        and applied_seats.period_id = leave_periods.period_id
        and applied_seats.position_id = leave_periods.position_id
        and applied_seats.payee_id = leave_periods.payee_id
),

-- No day counts for pay where there are none, or fewer than the plan asks for.
seats as (
    select
        plan_id, plan_version, earning_code, currency_code, target_incentive_source, target_incentive_amount,
        pay_proration, target_proration, credit_basis, period_id, from_date, to_date, quarter_id, year_id, day_count,
        working_day_count, is_complete, position_id, payee_id, filled_day_count, filled_working_day_count,
        commission_rate, terms_currency_code, has_several_currencies, lowest_currency_code, held_day_count,
        held_working_day_count, termed_day_count, share_day_quantity, share_working_day_quantity,
        incentive_day_amount, incentive_working_day_amount,
        case when payee_id <> '' and held_day_count < minimum_day_count then true else false end as is_too_short,
        case
            when payee_id = '' or held_day_count = 0 or held_day_count < minimum_day_count then true else false
        end as is_unpaid
    from present_seats
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
        when is_unpaid then 0.000000
        when pay_proration = 'by_working_days' then share_working_day_quantity
        else share_day_quantity
    end as share_day_quantity,
    case
        when payee_id <> '' and is_unpaid then 0
        when pay_proration = 'by_working_days' then held_working_day_count
        else held_day_count
    end as pay_day_count,
    -- The part of the target that belongs to this payee; a vacant seat keeps what its holders leave.
    case
        when target_proration = 'none' or (payee_id = '' and credit_basis = 'position') then 1.0000000000
        when payee_id = '' and target_proration = 'by_working_days'
            then ratio(working_day_count - filled_working_day_count, working_day_count, 10)
        when payee_id = '' then ratio(day_count - filled_day_count, day_count, 10)
        when target_proration = 'by_working_days' then ratio(held_working_day_count, working_day_count, 10)
        else ratio(held_day_count, day_count, 10)
    end as target_part_rate,
    case
        when target_proration = 'none' or (payee_id = '' and credit_basis = 'position') then null
        when payee_id = '' and target_proration = 'by_working_days' then working_day_count - filled_working_day_count
        when payee_id = '' then day_count - filled_day_count
        when target_proration = 'by_working_days' then held_working_day_count
        else held_day_count
    end as target_day_count,
    -- What the payee would get at 100 % for this period.
    case
        when is_unpaid or target_incentive_source = 'none' then 0.0000000000
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
        when is_unpaid or target_incentive_source = 'none' then 0.0000000000
        when target_incentive_source = 'roster' and pay_proration = 'by_working_days' then incentive_working_day_amount
        when target_incentive_source = 'roster' then incentive_day_amount
        when pay_proration = 'by_working_days' then times(target_incentive_amount, share_working_day_quantity)
        else times(target_incentive_amount, share_day_quantity)
    end as held_incentive_amount,
    case
        when pay_proration = 'none' and (payee_id = '' or not is_unpaid) then held_day_count
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
    is_too_short,
    is_complete,
    from_date,
    to_date
from seats
