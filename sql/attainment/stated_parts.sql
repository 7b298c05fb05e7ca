-- One row per term of calls, scores or figures, position, payee, period of the plan and period of its window: what is stated for it.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id
    from attainment._seat_periods
),

terms as (
    select plan_id, component_id, term_number, term_source, measure_unit, window_kind, shift_kind, figure_id
    from conformed.plan_terms
    where term_source = 'calls' or term_source = 'scores' or term_source = 'figures'
),

counted_parts as (
    select plan_id, position_id, payee_id, period_id, window_kind, part_period_id
    from attainment.counted_parts
),

shifts as (
    select window_kind, shift_kind, part_period_id, counted_period_id
    from attainment._references
),

windows as (
    select period_id, base_period_id
    from conformed.windows
    where window_kind = 'period'
),

call_values as (
    select position_id, period_id, measure_unit, call_value
    from attainment._call_values
),

scores as (
    select objective_id, position_id, payee_id, period_id, score_value
    from conformed.objective_scores
),

figures as (
    select figure_id, position_id, period_id, figure_value
    from conformed.figures
),

parts as (
    select
        seat_periods.plan_id, terms.component_id, terms.term_number, seat_periods.position_id, seat_periods.payee_id,
        seat_periods.period_id, terms.term_source, terms.measure_unit, terms.figure_id, counted_parts.part_period_id,
        shifts.counted_period_id
    from seat_periods
    inner join terms on seat_periods.plan_id = terms.plan_id
    inner join counted_parts
        on seat_periods.plan_id = counted_parts.plan_id
        and seat_periods.position_id = counted_parts.position_id
        and seat_periods.payee_id = counted_parts.payee_id
        and seat_periods.period_id = counted_parts.period_id
        and terms.window_kind = counted_parts.window_kind
    inner join shifts
        on terms.window_kind = shifts.window_kind
        and terms.shift_kind = shifts.shift_kind
        and counted_parts.part_period_id = shifts.part_period_id
),

-- Each part is looked up by itself, and by its base periods where it is longer than one.
looked_up as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, term_source, measure_unit, figure_id,
        part_period_id, counted_period_id, counted_period_id as stated_period_id, 'itself' as stated_for
    from parts
    union all
    select
        parts.plan_id, parts.component_id, parts.term_number, parts.position_id, parts.payee_id, parts.period_id,
        parts.term_source, parts.measure_unit, parts.figure_id, parts.part_period_id, parts.counted_period_id,
        windows.base_period_id as stated_period_id, 'base' as stated_for
    from parts
    inner join windows on parts.counted_period_id = windows.period_id
    where windows.base_period_id <> parts.counted_period_id
),

-- A score of the payee comes before one of whoever holds the seat, a figure of the position before that of every one.
stated as (
    select
        looked_up.plan_id, looked_up.component_id, looked_up.term_number, looked_up.position_id, looked_up.payee_id,
        looked_up.period_id, looked_up.term_source, looked_up.figure_id, looked_up.part_period_id,
        looked_up.counted_period_id, looked_up.stated_for,
        coalesce(
            call_values.call_value, own_scores.score_value, seat_scores.score_value, own_figures.figure_value,
            all_figures.figure_value
        ) as stated_value
    from looked_up
    left join call_values
        on looked_up.term_source = 'calls'
        and looked_up.position_id = call_values.position_id
        and looked_up.stated_period_id = call_values.period_id
        and looked_up.measure_unit = call_values.measure_unit
    left join scores as own_scores
        on looked_up.term_source = 'scores'
        and looked_up.figure_id = own_scores.objective_id
        and looked_up.position_id = own_scores.position_id
        and looked_up.payee_id = own_scores.payee_id
        and looked_up.payee_id <> ''
        and looked_up.stated_period_id = own_scores.period_id
    left join scores as seat_scores
        on looked_up.term_source = 'scores'
        and looked_up.figure_id = seat_scores.objective_id
        and looked_up.position_id = seat_scores.position_id
        and seat_scores.payee_id = ''
        and looked_up.stated_period_id = seat_scores.period_id
    left join figures as own_figures
        on looked_up.term_source = 'figures'
        and looked_up.figure_id = own_figures.figure_id
        and looked_up.position_id = own_figures.position_id
        and looked_up.stated_period_id = own_figures.period_id
    left join figures as all_figures
        on looked_up.term_source = 'figures'
        and looked_up.figure_id = all_figures.figure_id
        and all_figures.position_id = '*'
        and looked_up.stated_period_id = all_figures.period_id
),

-- What is stated for the period itself comes before what is stated for its base periods, of which none may lack.
part_values as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, term_source, figure_id, part_period_id,
        counted_period_id,
        sum(case when stated_for = 'itself' then stated_value else null end) as own_value,
        sum(case when stated_for = 'base' then stated_value else null end) as base_value,
        sum(case when stated_for = 'base' and stated_value is null then 1 else 0 end) as lacking_count
    from stated
    group by
        plan_id, component_id, term_number, position_id, payee_id, period_id, term_source, figure_id, part_period_id,
        counted_period_id
),

-- Calls are counted; where none are planned there are none.
known_parts as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, term_source, figure_id, part_period_id,
        counted_period_id,
        case
            when term_source = 'calls' then coalesce(own_value, 0.0000000000) + coalesce(base_value, 0.0000000000)
            when own_value is not null then own_value
            when lacking_count = 0 then base_value
            else null
        end as part_value
    from part_values
)

select
    plan_id,
    component_id,
    term_number,
    position_id,
    payee_id,
    period_id,
    part_period_id,
    counted_period_id,
    term_source,
    figure_id,
    cast(part_value as decimal(38, 10)) as part_value
from known_parts
