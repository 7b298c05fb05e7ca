-- One row per term of a component, position, payee (empty if the seat is vacant) and period of the plan.
with plain_terms as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, term_id, term_source, measure_unit,
        window_kind, shift_kind, term_value, uncounted_reason, period_term_value, period_uncounted_reason
    from attainment._plain_terms
),

seat_periods as (
    select plan_id, position_id, payee_id, period_id
    from attainment._seat_periods
),

terms as (
    select
        plan_id, component_id, term_number, term_id, term_source, measure_unit, window_kind, shift_kind,
        other_component_id, other_axis
    from conformed.plan_terms
    where term_source = 'component'
),

measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, measured_value, target_value, attainment_rate,
        period_value, period_target_value, period_attainment_rate, uncounted_reason, period_uncounted_reason
    from attainment._plain_measures
),

looked_at as (
    select
        seat_periods.plan_id, terms.component_id, terms.term_number, seat_periods.position_id, seat_periods.payee_id,
        seat_periods.period_id, terms.term_id, terms.term_source, terms.measure_unit, terms.window_kind,
        terms.shift_kind, terms.other_axis, measures.uncounted_reason, measures.period_uncounted_reason,
        cast(
            case
                when terms.other_axis = 'target' then measures.target_value
                when terms.other_axis = 'attainment' then measures.attainment_rate
                else measures.measured_value
            end as decimal(38, 10)
        ) as term_value,
        cast(
            case
                when terms.other_axis = 'target' then measures.period_target_value
                when terms.other_axis = 'attainment' then measures.period_attainment_rate
                else measures.period_value
            end as decimal(38, 10)
        ) as period_term_value
    from seat_periods
    inner join terms on seat_periods.plan_id = terms.plan_id
    left join measures
        on seat_periods.plan_id = measures.plan_id
        and terms.other_component_id = measures.component_id
        and seat_periods.position_id = measures.position_id
        and seat_periods.payee_id = measures.payee_id
        and seat_periods.period_id = measures.period_id
)

select
    plan_id, component_id, term_number, position_id, payee_id, period_id, term_id, term_source, measure_unit,
    window_kind, shift_kind, term_value, uncounted_reason, period_term_value, period_uncounted_reason
from plain_terms
union all
select
    plan_id, component_id, term_number, position_id, payee_id, period_id, term_id, term_source, measure_unit,
    window_kind, shift_kind, term_value,
    case
        when term_value is null then 'component_not_measured'
        when other_axis <> 'target' and uncounted_reason is not null then 'component_not_measured'
        else null
    end as uncounted_reason,
    period_term_value,
    case
        when period_term_value is null then 'component_not_measured'
        when other_axis <> 'target' and period_uncounted_reason is not null then 'component_not_measured'
        else null
    end as period_uncounted_reason
from looked_at
