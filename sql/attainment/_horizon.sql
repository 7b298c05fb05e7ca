-- One row per warehouse: the days from the first to the last base period that has transactions.
with conservation as (
    select period_id
    from credits.conservation
),

periods as (
    select period_id, from_date, to_date
    from conformed.periods
    where period_kind = 'base'
)

select
    'all' as horizon_id,
    min(periods.from_date) as from_date,
    max(periods.to_date) as to_date
from periods
inner join conservation on periods.period_id = conservation.period_id
having min(periods.from_date) is not null
