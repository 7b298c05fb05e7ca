-- One row per position, payee and interval in which they held it on one share: where intervals overlap, the one that began last counts while it lasts.
with occupancies as (
    select position_id, payee_id, from_date, to_date, share_rate
    from conformed.occupancies
),

borders as (
    select position_id, payee_id, from_date as border_date
    from occupancies
    union all
    select position_id, payee_id, to_date as border_date
    from occupancies
),

border_dates as (
    select position_id, payee_id, border_date
    from borders
    group by position_id, payee_id, border_date
),

intervals as (
    select
        position_id, payee_id, border_date as from_date,
        lead(border_date) over (partition by position_id, payee_id order by border_date) as to_date
    from border_dates
),

ranked as (
    select
        intervals.position_id, intervals.payee_id, intervals.from_date, intervals.to_date, occupancies.share_rate,
        row_number() over (
            partition by intervals.position_id, intervals.payee_id, intervals.from_date
            order by occupancies.from_date desc
        ) as number_from_last
    from intervals
    inner join occupancies
        on intervals.position_id = occupancies.position_id
        and intervals.payee_id = occupancies.payee_id
        and occupancies.from_date <= intervals.from_date
        and occupancies.to_date >= intervals.to_date
)

select position_id, payee_id, from_date, to_date, share_rate
from ranked
where number_from_last = 1
