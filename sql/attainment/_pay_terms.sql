-- One row per payee and interval of one set of terms: where intervals overlap, the one that began last counts while it lasts.
with pay_terms as (
    select payee_id, from_date, to_date, target_incentive_amount, commission_rate, currency_code
    from conformed.pay_terms
),

borders as (
    select payee_id, from_date as border_date
    from pay_terms
    union all
    select payee_id, to_date as border_date
    from pay_terms
),

border_dates as (
    select payee_id, border_date
    from borders
    group by payee_id, border_date
),

intervals as (
    select
        payee_id, border_date as from_date,
        lead(border_date) over (partition by payee_id order by border_date) as to_date
    from border_dates
),

ranked as (
    select
        intervals.payee_id, intervals.from_date, intervals.to_date, pay_terms.target_incentive_amount,
        pay_terms.commission_rate, pay_terms.currency_code,
        row_number() over (
            partition by intervals.payee_id, intervals.from_date
            order by pay_terms.from_date desc
        ) as number_from_last
    from intervals
    inner join pay_terms
        on intervals.payee_id = pay_terms.payee_id
        and pay_terms.from_date <= intervals.from_date
        and pay_terms.to_date >= intervals.to_date
)

select payee_id, from_date, to_date, target_incentive_amount, commission_rate, currency_code
from ranked
where number_from_last = 1
