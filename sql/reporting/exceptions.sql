-- One row per kind of exception, subject and period: what cannot be computed or contradicts itself, and what would cure it.
with sources as (
    select exception_kind, subject_kind, subject_id, period_id, detail, cure
    from conformed.exceptions
),

crediting as (
    select exception_kind, subject_kind, subject_id, period_id, detail, cure
    from credits.exceptions
),

measuring as (
    select exception_kind, subject_kind, subject_id, period_id, detail, cure
    from attainment.exceptions
),

roster as (
    select exception_kind, subject_kind, subject_id, period_id, detail, cure
    from attainment.roster_exceptions
),

planning as (
    select exception_kind, subject_kind, subject_id, period_id, detail, cure
    from attainment.plan_exceptions
),

paying as (
    select exception_kind, subject_kind, subject_id, period_id, detail, cure
    from incentives.exceptions
),

advancing as (
    select exception_kind, subject_kind, subject_id, period_id, detail, cure
    from incentives.pay_exceptions
)

select 'sources' as found_in, exception_kind, subject_kind, subject_id, period_id, detail, cure
from sources
union all
select 'credits' as found_in, exception_kind, subject_kind, subject_id, period_id, detail, cure
from crediting
union all
select 'attainment' as found_in, exception_kind, subject_kind, subject_id, period_id, detail, cure
from measuring
union all
select 'attainment' as found_in, exception_kind, subject_kind, subject_id, period_id, detail, cure
from roster
union all
select 'attainment' as found_in, exception_kind, subject_kind, subject_id, period_id, detail, cure
from planning
union all
select 'incentives' as found_in, exception_kind, subject_kind, subject_id, period_id, detail, cure
from paying
union all
select 'pay' as found_in, exception_kind, subject_kind, subject_id, period_id, detail, cure
from advancing
