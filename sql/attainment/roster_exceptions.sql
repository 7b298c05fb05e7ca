-- One row per interval of the roster that another one joins before it ends.
with occupancies as (
    select
        position_id, payee_id, from_date, to_date,
        lead(from_date) over (partition by position_id, payee_id order by from_date) as next_from_date
    from conformed.occupancies
),

pay_terms as (
    select
        payee_id, from_date, to_date,
        lead(from_date) over (partition by payee_id order by from_date) as next_from_date
    from conformed.pay_terms
)

select
    'overlapping_occupancies' as exception_kind,
    'position' as subject_kind,
    position_id || '/' || payee_id || '/' || cast(from_date as varchar) as subject_id,
    'all' as period_id,
    'another interval of the same payee begins on ' || cast(next_from_date as varchar)
        || ' before this one ends; the one that began last counts while it lasts' as detail,
    'end the earlier interval where the later one begins' as cure
from occupancies
where next_from_date < to_date
union all
select
    'overlapping_terms' as exception_kind,
    'payee' as subject_kind,
    payee_id || '/' || cast(from_date as varchar) as subject_id,
    'all' as period_id,
    'other pay terms begin on ' || cast(next_from_date as varchar)
        || ' before these end; those that began last count while they last' as detail,
    'end the earlier terms where the later ones begin' as cure
from pay_terms
where next_from_date < to_date
