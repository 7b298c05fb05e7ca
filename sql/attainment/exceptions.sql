-- One row per measure of a payee that cannot be paid, and per position and period that is credited or held as no plan foresees.
with measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, not_payable_reason, missing_target_period_id
    from attainment.measures
    where not_payable_reason is not null and payee_id <> ''
),

plans as (
    select plan_id, minimum_day_count
    from conformed.plan_plans
),

occupancy as (
    select position_id, payee_id, period_id
    from attainment.occupancy
),

measured_periods as (
    select period_id
    from attainment._measured_periods
),

seat_periods as (
    select plan_id, position_id, payee_id, period_id, earning_code, held_day_count
    from attainment._seat_periods
),

-- Measures with the days that their payee held the seat, and those that the plan asks for.
unpaid as (
    select
        measures.plan_id, measures.component_id, measures.position_id, measures.payee_id, measures.period_id,
        measures.not_payable_reason, measures.missing_target_period_id,
        coalesce(seat_periods.held_day_count, 0) as held_day_count,
        coalesce(plans.minimum_day_count, 0) as minimum_day_count
    from measures
    left join plans on measures.plan_id = plans.plan_id
    left join seat_periods
        on measures.plan_id = seat_periods.plan_id
        and measures.position_id = seat_periods.position_id
        and measures.payee_id = seat_periods.payee_id
        and measures.period_id = seat_periods.period_id
),

filled_days as (
    select position_id, period_id, highest_share_rate, first_overfilled_date
    from attainment._filled_days
    where first_overfilled_date is not null
),

held_intervals as (
    select payee_id, from_date, to_date, share_rate
    from attainment._occupancies
    where payee_id <> ''
),

periods as (
    select period_id, from_date, to_date
    from conformed.periods
    where period_kind = 'base'
),

credit_days as (
    select rule_set_id, position_id, credit_level, period_id
    from attainment._credit_days
),

positions as (
    select position_id
    from conformed.positions
),

component_rule_sets as (
    select plan_id, rule_set_id
    from conformed.plan_terms
    where term_source = 'credits'
    group by plan_id, rule_set_id
),

paid_rule_sets as (
    select rule_set_id
    from component_rule_sets
    group by rule_set_id
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

seat_parts as (
    select
        seat_periods.plan_id, seat_periods.position_id, seat_periods.payee_id, seat_periods.earning_code,
        windows.base_period_id as period_id
    from seat_periods
    inner join windows on seat_periods.period_id = windows.period_id
),

planned as (
    select position_id, payee_id, period_id
    from seat_parts
    group by position_id, payee_id, period_id
),

planned_twice as (
    select position_id, payee_id, period_id, earning_code, min(plan_id) as first_plan_id, max(plan_id) as last_plan_id
    from seat_parts
    where payee_id <> ''
    group by position_id, payee_id, period_id, earning_code
    having min(plan_id) <> max(plan_id)
),

without_plan as (
    select occupancy.position_id, occupancy.payee_id, occupancy.period_id
    from occupancy
    inner join measured_periods on occupancy.period_id = measured_periods.period_id
    left join planned
        on occupancy.position_id = planned.position_id
        and occupancy.payee_id = planned.payee_id
        and occupancy.period_id = planned.period_id
    where planned.position_id is null
),

overfilled as (
    select filled_days.position_id, filled_days.period_id, filled_days.highest_share_rate, filled_days.first_overfilled_date
    from filled_days
    inner join measured_periods on filled_days.period_id = measured_periods.period_id
),

-- The shares of a payee's seats on every day on which a seat begins.
begins as (
    select payee_id, from_date
    from held_intervals
    group by payee_id, from_date
),

shares as (
    select
        begins.payee_id, begins.from_date, sum(held_intervals.share_rate) as share_rate,
        min(held_intervals.to_date) as to_date
    from begins
    inner join held_intervals
        on begins.payee_id = held_intervals.payee_id
        and held_intervals.from_date <= begins.from_date
        and held_intervals.to_date > begins.from_date
    group by begins.payee_id, begins.from_date
),

overworked as (
    select
        shares.payee_id, periods.period_id, min(shares.from_date) as first_date, max(shares.share_rate) as share_rate
    from shares
    inner join periods
        on shares.from_date < periods.to_date
        and shares.to_date > periods.from_date
    inner join measured_periods on periods.period_id = measured_periods.period_id
    where shares.share_rate > 1.000000
    group by shares.payee_id, periods.period_id
),

credited as (
    select rule_set_id, position_id, credit_level, period_id
    from credit_days
    group by rule_set_id, position_id, credit_level, period_id
),

unknown_positions as (
    select credited.position_id, credited.period_id
    from credited
    left join positions on credited.position_id = positions.position_id
    where positions.position_id is null
    group by credited.position_id, credited.period_id
),

measured_seats as (
    select seat_parts.position_id, seat_parts.period_id, component_rule_sets.rule_set_id
    from seat_parts
    inner join component_rule_sets on seat_parts.plan_id = component_rule_sets.plan_id
    group by seat_parts.position_id, seat_parts.period_id, component_rule_sets.rule_set_id
),

-- What merely rolls up need not be paid, nor what only a view counts that no plan names.
credited_seats as (
    select credited.position_id, credited.period_id, count(measured_seats.rule_set_id) as measured_count
    from credited
    inner join positions on credited.position_id = positions.position_id
    inner join paid_rule_sets on credited.rule_set_id = paid_rule_sets.rule_set_id
    left join measured_seats
        on credited.position_id = measured_seats.position_id
        and credited.period_id = measured_seats.period_id
        and credited.rule_set_id = measured_seats.rule_set_id
    where credited.credit_level = 'own'
    group by credited.position_id, credited.period_id
)

select
    not_payable_reason as exception_kind,
    'component' as subject_kind,
    plan_id || '/' || component_id || '/' || position_id || '/' || payee_id as subject_id,
    period_id,
    position_id,
    payee_id,
    case
        when not_payable_reason = 'missing_target' then 'no target for ' || coalesce(missing_target_period_id, period_id)
        when not_payable_reason = 'zero_target' then 'the target is zero, and the plan does not say what that pays'
        when not_payable_reason = 'negative_target' then 'the target is below zero'
        when not_payable_reason = 'foreign_currency' then 'credits are in another currency than the plan'
        when not_payable_reason = 'missing_exchange_rate' then 'credits are in a currency without a rate for their day'
        when not_payable_reason = 'missing_cost' then 'the cost of a credited line is not known'
        when not_payable_reason = 'missing_volume' then 'the volume of a credited product is not known'
        when not_payable_reason = 'unknown_products' then 'no product belongs to what it measures'
        when not_payable_reason = 'missing_base' then 'the reference has no sales to compare with'
        when not_payable_reason = 'market_of_zero' then 'the market adds up to zero'
        when not_payable_reason = 'negative_base' then 'what it is compared with, the reference or the market, is below zero'
        when not_payable_reason = 'no_call_targets' then 'no calls are planned'
        when not_payable_reason = 'missing_score' then 'the objective is not scored'
        when not_payable_reason = 'missing_figure' then 'a period has no figure'
        when not_payable_reason = 'no_level_above' then 'nobody manages the position on the last day'
        when not_payable_reason = 'component_not_measured' then 'a component that it looks at cannot be measured'
        when not_payable_reason = 'not_ranked' then 'the component that ranks cannot be measured'
        when not_payable_reason = 'small_cohort' then 'the cohort is smaller than the plan asks for'
        when not_payable_reason = 'several_currencies' then 'amounts of several currencies meet in the cohort'
        when not_payable_reason = 'undecided_tie' then 'equal seats are told apart by a second key that cannot be measured'
        when not_payable_reason = 'too_few_days'
            then 'the position was held for ' || cast(held_day_count as varchar) || ' days, and the plan asks for '
                || cast(minimum_day_count as varchar)
        else 'the formula has no result'
    end as detail,
    case
        when not_payable_reason = 'missing_target' then 'publish a target for the position and period'
        when not_payable_reason = 'foreign_currency' then 'give the positions a plan in the currency of their sales'
        when not_payable_reason = 'missing_exchange_rate' then 'deliver the rate to conformed.exchange_rates'
        when not_payable_reason = 'missing_cost' then 'deliver the cost of every line'
        when not_payable_reason = 'missing_volume' then 'deliver the product to conformed.product_volumes'
        when not_payable_reason = 'unknown_products' then 'correct the products in the document, or deliver them'
        when not_payable_reason = 'missing_base' then 'deliver the sales of the reference, or measure without one'
        when not_payable_reason = 'market_of_zero' then 'deliver the sales of the market, or correct its products'
        when not_payable_reason = 'negative_base' then 'correct the sales that it is compared with, or measure without them'
        when not_payable_reason = 'no_call_targets' then 'deliver the call plan of the position'
        when not_payable_reason = 'missing_score' then 'score the objective'
        when not_payable_reason = 'missing_figure' then 'deliver the figure for the position, or for every one'
        when not_payable_reason = 'no_level_above' then 'enter a manager into the hierarchy, or measure another level'
        when not_payable_reason = 'component_not_measured' then 'resolve the exception of that component'
        when not_payable_reason = 'not_ranked' then 'resolve the exception of that component'
        when not_payable_reason = 'small_cohort' then 'choose a wider cohort, or a smaller least number'
        when not_payable_reason = 'several_currencies' then 'rank by attainment, or within the plan'
        when not_payable_reason = 'undecided_tie' then 'resolve the exception of the second key, or choose another rule for ties'
        when not_payable_reason = 'too_few_days' then 'nothing, if the days are right; else correct the roster'
        when not_payable_reason = 'no_result' then 'correct the formula, or what it divides by'
        else 'correct the target, or choose another zero_target policy'
    end as cure
from unpaid
union all
select
    'no_plan' as exception_kind,
    'position' as subject_kind,
    position_id || '/' || payee_id as subject_id,
    period_id,
    position_id,
    payee_id,
    'the position is held, but no plan applies to it' as detail,
    'assign a plan to its role, unit, position or payee' as cure
from without_plan
union all
select
    'paid_by_two_plans' as exception_kind,
    'position' as subject_kind,
    position_id || '/' || payee_id || '/' || earning_code as subject_id,
    period_id,
    position_id,
    payee_id,
    'plans ' || first_plan_id || ' and ' || last_plan_id || ' both pay for the period, one of them within a longer one' as detail,
    'let the plans follow each other at a border of both kinds of period' as cure
from planned_twice
union all
select
    'occupied_above_one' as exception_kind,
    'position' as subject_kind,
    position_id as subject_id,
    period_id,
    position_id,
    '' as payee_id,
    'since ' || cast(first_overfilled_date as varchar) || ' the shares of those who hold the position add up to '
        || cast(highest_share_rate as varchar) as detail,
    'end an occupancy, or give each a share' as cure
from overfilled
union all
select
    'holds_above_one' as exception_kind,
    'payee' as subject_kind,
    payee_id as subject_id,
    period_id,
    '' as position_id,
    payee_id,
    'since ' || cast(first_date as varchar) || ' the shares of the seats that the payee holds add up to '
        || cast(share_rate as varchar) || '; each is paid' as detail,
    'end an occupancy, or give each a share' as cure
from overworked
union all
select
    'unknown_position' as exception_kind,
    'position' as subject_kind,
    position_id as subject_id,
    period_id,
    position_id,
    '' as payee_id,
    'the position is credited, but does not exist' as detail,
    'add the position, or correct what names it' as cure
from unknown_positions
union all
select
    'credits_without_plan' as exception_kind,
    'position' as subject_kind,
    position_id as subject_id,
    period_id,
    position_id,
    '' as payee_id,
    'the position is credited, but no plan that applies to it measures these credits' as detail,
    'assign a plan to its role, unit or position' as cure
from credited_seats
where measured_count = 0
