-- One row per plan, position, payee, period and window: the pay at 100 % and the days that count.
with seat_periods as (
    select
        plan_id, position_id, payee_id, period_id, share_day_quantity, pay_day_count, eligible_incentive_amount,
        held_incentive_amount, incentive_day_count, pay_proration, commission_rate, lacks_target_incentive, has_other_currency
    from attainment._seat_periods
    where payee_id <> ''
),

counted_parts as (
    select
        plan_id, position_id, payee_id, period_id, window_kind, part_period_id, day_count, working_day_count
    from attainment.counted_parts
    where payee_id <> ''
),

-- Every part counts with its days, held or not.
held_parts as (
    select
        counted_parts.plan_id, counted_parts.position_id, counted_parts.payee_id, counted_parts.period_id,
        counted_parts.window_kind, counted_parts.day_count, counted_parts.working_day_count,
        held.share_day_quantity, held.pay_day_count, held.eligible_incentive_amount, held.held_incentive_amount,
        held.incentive_day_count, held.lacks_target_incentive, held.has_other_currency
    from counted_parts
    left join seat_periods as held
        on counted_parts.plan_id = held.plan_id
        and counted_parts.position_id = held.position_id
        and counted_parts.payee_id = held.payee_id
        and counted_parts.part_period_id = held.period_id
)

select
    seat_periods.plan_id,
    seat_periods.position_id,
    seat_periods.payee_id,
    seat_periods.period_id,
    held_parts.window_kind,
    sum(held_parts.eligible_incentive_amount) as eligible_incentive_amount,
    sum(held_parts.held_incentive_amount) as held_incentive_amount,
    sum(held_parts.incentive_day_count) as incentive_day_count,
    sum(held_parts.share_day_quantity) as share_day_quantity,
    case
        when seat_periods.pay_proration = 'none' and sum(held_parts.pay_day_count) > 0 then sum(held_parts.pay_day_count)
        when seat_periods.pay_proration = 'by_working_days' then sum(held_parts.working_day_count)
        else sum(held_parts.day_count)
    end as pay_day_count,
    case
        when seat_periods.pay_proration = 'none' and sum(held_parts.pay_day_count) > 0
            then ratio(sum(held_parts.share_day_quantity), sum(held_parts.pay_day_count), 10)
        when seat_periods.pay_proration = 'by_working_days'
            then ratio(sum(held_parts.share_day_quantity), sum(held_parts.working_day_count), 10)
        else ratio(sum(held_parts.share_day_quantity), sum(held_parts.day_count), 10)
    end as pay_rate,
    seat_periods.commission_rate,
    case when max(case when held_parts.lacks_target_incentive then 1 else 0 end) = 1 then true else false end
        as lacks_target_incentive,
    case when max(case when held_parts.has_other_currency then 1 else 0 end) = 1 then true else false end
        as has_other_currency
from seat_periods
inner join held_parts
    on seat_periods.plan_id = held_parts.plan_id
    and seat_periods.position_id = held_parts.position_id
    and seat_periods.payee_id = held_parts.payee_id
    and seat_periods.period_id = held_parts.period_id
group by
    seat_periods.plan_id, seat_periods.position_id, seat_periods.payee_id, seat_periods.period_id,
    held_parts.window_kind, seat_periods.pay_proration, seat_periods.commission_rate
