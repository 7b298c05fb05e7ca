-- One row per period, each of which has a pay run: its place among all runs.
with periods as (
    select period_id, period_kind, from_date, to_date, year_id
    from conformed.periods
),

years as (
    select period_id, to_date
    from periods
    where period_kind = 'year'
)

-- Runs follow each other by the end of their periods, the shorter period first.
select
    periods.period_id,
    periods.period_kind,
    row_number() over (
        order by
            periods.to_date,
            case when periods.period_kind = 'base' then 1 when periods.period_kind = 'quarter' then 2 else 3 end,
            periods.period_id
    ) as run_number,
    row_number() over (partition by periods.period_kind order by periods.to_date, periods.period_id) as kind_number,
    periods.from_date,
    periods.to_date,
    years.to_date as year_to_date
from periods
left join years on periods.year_id = years.period_id
