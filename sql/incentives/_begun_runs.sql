-- One row per period that began before the transactions end: the runs that there are so far.
with runs as (
    select period_id, period_kind, run_number, from_date, to_date
    from incentives._pay_runs
),

conservation as (
    select period_id
    from credits.conservation
),

horizon as (
    select max(runs.to_date) as to_date
    from runs
    inner join conservation on runs.period_id = conservation.period_id
    where runs.period_kind = 'base'
)

select
    runs.period_id,
    runs.period_kind,
    runs.run_number,
    runs.to_date <= horizon.to_date as is_complete
from runs
inner join horizon on runs.from_date < horizon.to_date
