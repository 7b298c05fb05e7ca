-- One row per contradiction, subject and period.
with seat_exceptions as (
    select exception_kind, subject_kind, subject_id, period_id, detail, cure
    from conformed._seat_exceptions
),
target_exceptions as (
    select exception_kind, subject_kind, subject_id, period_id, detail, cure
    from conformed._target_exceptions
)
select exception_kind, subject_kind, subject_id, period_id, detail, cure from seat_exceptions
union all
select exception_kind, subject_kind, subject_id, period_id, detail, cure from target_exceptions
