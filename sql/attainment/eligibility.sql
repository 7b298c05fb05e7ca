-- One row per plan, position, payee, period and window: the pay at 100 % and the days that count.
with seat_periods as (
    select
        plan_id, position_id, payee_id, period_id, period_day_count, share_day_quantity, pay_day_count,
        eligible_incentive_amount, pay_proration, commission_rate, lacks_target_incentive, has_other_currency
    from attainment._seat_periods
),

parts as (
    select period_id, window_kind, part_period_id
    from attainment._parts
)

select
    seat_periods.plan_id,
    seat_periods.position_id,
    seat_periods.payee_id,
    seat_periods.period_id,
    parts.window_kind,
    sum(earlier.eligible_incentive_amount) as eligible_incentive_amount,
    case
        when seat_periods.pay_proration = 'none' then ratio(sum(earlier.share_day_quantity), sum(earlier.pay_day_count), 10)
        else ratio(sum(earlier.share_day_quantity), sum(earlier.period_day_count), 10)
    end as pay_rate,
    seat_periods.commission_rate,
    case when max(case when earlier.lacks_target_incentive then 1 else 0 end) = 1 then true else false end
        as lacks_target_incentive,
    case when max(case when earlier.has_other_currency then 1 else 0 end) = 1 then true else false end as has_other_currency
from seat_periods
inner join parts on seat_periods.period_id = parts.period_id
inner join seat_periods as earlier
    on parts.part_period_id = earlier.period_id
    and seat_periods.plan_id = earlier.plan_id
    and seat_periods.position_id = earlier.position_id
    and seat_periods.payee_id = earlier.payee_id
where seat_periods.payee_id <> ''
group by
    seat_periods.plan_id, seat_periods.position_id, seat_periods.payee_id, seat_periods.period_id, parts.window_kind,
    seat_periods.pay_proration, seat_periods.commission_rate
