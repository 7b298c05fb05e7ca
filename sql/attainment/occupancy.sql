-- One row per position, payee and base period in which the payee held the position.
with occupancies as (
    select position_id, payee_id, from_date, to_date, share_rate
    from attainment._occupancies
),

pay_terms as (
    select payee_id, from_date, to_date, target_incentive_amount, commission_rate, currency_code
    from attainment._pay_terms
),

days as (
    select day_date, period_id, is_working_day
    from conformed.days
),

held_days as (
    select
        days.day_date, days.period_id, days.is_working_day,
        occupancies.position_id, occupancies.payee_id, occupancies.share_rate
    from days
    inner join occupancies
        on days.day_date >= occupancies.from_date
        and days.day_date < occupancies.to_date
),

termed_days as (
    select
        held_days.position_id, held_days.payee_id, held_days.period_id, held_days.day_date, held_days.is_working_day,
        held_days.share_rate, pay_terms.target_incentive_amount, pay_terms.commission_rate,
        pay_terms.currency_code,
        row_number() over (
            partition by held_days.position_id, held_days.payee_id, held_days.period_id order by held_days.day_date desc
        ) as number_from_end
    from held_days
    left join pay_terms
        on held_days.payee_id = pay_terms.payee_id
        and held_days.day_date >= pay_terms.from_date
        and held_days.day_date < pay_terms.to_date
)

select
    position_id,
    payee_id,
    period_id,
    count(day_date) as held_day_count,
    sum(case when is_working_day then 1 else 0 end) as held_working_day_count,
    count(target_incentive_amount) as termed_day_count,
    sum(share_rate) as share_day_quantity,
    sum(case when is_working_day then share_rate else 0.000000 end) as share_working_day_quantity,
    coalesce(sum(target_incentive_amount * share_rate), 0.0000000000) as incentive_day_amount,
    coalesce(sum(case when is_working_day then target_incentive_amount * share_rate else 0.0000000000 end), 0.0000000000)
        as incentive_working_day_amount,
    max(case when number_from_end = 1 then commission_rate else null end) as commission_rate,
    max(currency_code) as currency_code,
    case when min(currency_code) <> max(currency_code) then true else false end as has_several_currencies,
    max(day_date) as last_held_date
from termed_days
group by position_id, payee_id, period_id
