-- One row per period, of any kind, that began before the transactions end and has transactions or a plan.
with periods as (
    select period_id, period_kind, from_date, to_date, quarter_id, year_id, day_count, working_day_count
    from conformed.periods
),

horizon as (
    select from_date, to_date
    from attainment._horizon
),

plans as (
    select valid_from_date, valid_to_date
    from conformed.plan_plans
    group by valid_from_date, valid_to_date
),

covered as (
    select periods.period_id
    from periods
    inner join plans
        on periods.to_date > plans.valid_from_date
        and periods.to_date <= plans.valid_to_date
    group by periods.period_id
)

select
    periods.period_id,
    periods.period_kind,
    periods.from_date,
    periods.to_date,
    periods.quarter_id,
    periods.year_id,
    periods.day_count,
    periods.working_day_count,
    periods.to_date <= horizon.to_date as is_complete
from periods
inner join horizon on periods.from_date < horizon.to_date
left join covered on periods.period_id = covered.period_id
where horizon.from_date < periods.to_date or covered.period_id is not null
