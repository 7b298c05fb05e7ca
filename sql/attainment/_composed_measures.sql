-- One row per component that looks at others, position, payee (empty if the seat is vacant) and period of the plan: its value, target and attainment.
with terms as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, term_value, uncounted_reason,
        period_term_value, period_uncounted_reason
    from attainment.component_terms
),

components as (
    select
        plan_id, component_id, measure_kind, formula, window_kind, zero_target, target_source, attainment_kind,
        attainment_mode,
        -- Digits of the attainment, as what a value is multiplied by before it is rounded, and what by after.
        case
            when attainment_digits = 0 then 1
            when attainment_digits = 1 then 10
            when attainment_digits = 2 then 100
            when attainment_digits = 3 then 1000
            when attainment_digits = 4 then 10000
            when attainment_digits = 5 then 100000
            else 1000000
        end as digits_factor,
        case
            when attainment_digits = 0 then 1.000000
            when attainment_digits = 1 then 0.100000
            when attainment_digits = 2 then 0.010000
            when attainment_digits = 3 then 0.001000
            when attainment_digits = 4 then 0.000100
            when attainment_digits = 5 then 0.000010
            else 0.000001
        end as digits_unit,
        case when attainment_kind = 'index' then 100 else 1 end as kind_factor
    from conformed.plan_components
),

looking as (
    select plan_id, component_id, max(case when term_source = 'component' then 1 else 0 end) as looks_at_others
    from conformed.plan_terms
    group by plan_id, component_id
),

stated_targets as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, target_level, target_amount,
        first_missing_period_id
    from attainment._component_targets
),

plain_measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, target_value, period_target_value,
        missing_target_period_id
    from attainment._plain_measures
),

-- The components whose targets are added up, each once.
added_components as (
    select terms.plan_id, terms.component_id, terms.other_component_id, components.window_kind
    from conformed.plan_terms as terms
    inner join components
        on terms.plan_id = components.plan_id
        and terms.component_id = components.component_id
    where components.target_source = 'components' and terms.term_source = 'component'
    group by terms.plan_id, terms.component_id, terms.other_component_id, components.window_kind
),

added_targets as (
    select
        plain_measures.plan_id, added_components.component_id, plain_measures.position_id, plain_measures.payee_id,
        plain_measures.period_id, added_components.window_kind,
        case
            when count(plain_measures.target_value) = count(plain_measures.component_id)
                then sum(plain_measures.target_value)
            else null
        end as target_amount,
        case
            when count(plain_measures.period_target_value) = count(plain_measures.component_id)
                then sum(plain_measures.period_target_value)
            else null
        end as period_target_amount,
        min(plain_measures.missing_target_period_id) as first_missing_period_id
    from added_components
    inner join plain_measures
        on added_components.plan_id = plain_measures.plan_id
        and added_components.other_component_id = plain_measures.component_id
    group by
        plain_measures.plan_id, added_components.component_id, plain_measures.position_id, plain_measures.payee_id,
        plain_measures.period_id, added_components.window_kind
),

-- What is added up over the period may be measured over longer windows; the period alone has a sum of its own.
component_targets as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, target_level, target_amount,
        first_missing_period_id
    from stated_targets
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, 'components' as target_level, target_amount,
        first_missing_period_id
    from added_targets
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, 'period_alone' as window_kind,
        'components' as target_level, period_target_amount as target_amount, first_missing_period_id
    from added_targets
),

staged as (
    select
        components.plan_id, components.component_id, components.measure_kind, components.formula, components.window_kind,
        components.zero_target, components.target_source, components.attainment_kind, components.attainment_mode,
        components.digits_factor, components.digits_unit, components.kind_factor,
        case
            when components.formula in (
                '#1 / #2', '#1 / #2 - 1', '#1 / #2 - #3 / #4', '(#1 / #2 - #3 / #4) - (#5 / #6 - #7 / #8)',
                '(100 + (#1 / #2 - 1) * 100) / (100 + (#3 / #4 - 1) * 100) * 100'
            ) then true
            else false
        end as is_common
    from components
    left join looking
        on components.plan_id = looking.plan_id
        and components.component_id = looking.component_id
    where coalesce(looking.looks_at_others, 0) = 1
),

-- The terms of the common formulas stand in columns: that is many times faster than a list.
spread as (
    select
        terms.plan_id, terms.component_id, terms.position_id, terms.payee_id, terms.period_id, staged.formula,
        max(case when terms.term_number = 1 then terms.term_value else null end) as value_1,
        max(case when terms.term_number = 2 then terms.term_value else null end) as value_2,
        max(case when terms.term_number = 3 then terms.term_value else null end) as value_3,
        max(case when terms.term_number = 4 then terms.term_value else null end) as value_4,
        max(case when terms.term_number = 5 then terms.term_value else null end) as value_5,
        max(case when terms.term_number = 6 then terms.term_value else null end) as value_6,
        max(case when terms.term_number = 7 then terms.term_value else null end) as value_7,
        max(case when terms.term_number = 8 then terms.term_value else null end) as value_8,
        max(case when terms.term_number = 1 then terms.period_term_value else null end) as period_value_1,
        max(case when terms.term_number = 2 then terms.period_term_value else null end) as period_value_2,
        max(case when terms.term_number = 3 then terms.period_term_value else null end) as period_value_3,
        max(case when terms.term_number = 4 then terms.period_term_value else null end) as period_value_4,
        max(case when terms.term_number = 5 then terms.period_term_value else null end) as period_value_5,
        max(case when terms.term_number = 6 then terms.period_term_value else null end) as period_value_6,
        max(case when terms.term_number = 7 then terms.period_term_value else null end) as period_value_7,
        max(case when terms.term_number = 8 then terms.period_term_value else null end) as period_value_8,
        min(terms.uncounted_reason) as uncounted_reason,
        min(terms.period_uncounted_reason) as period_uncounted_reason
    from terms
    inner join staged
        on terms.plan_id = staged.plan_id
        and terms.component_id = staged.component_id
    where staged.is_common
    group by
        terms.plan_id, terms.component_id, terms.position_id, terms.payee_id, terms.period_id, staged.formula
),

-- A measure of one term is the term; the others are computed from all of theirs, rounded as `formula` rounds.
computed as (
    select
        terms.plan_id, terms.component_id, terms.position_id, terms.payee_id, terms.period_id,
        terms.term_value as measured_value, terms.period_term_value as period_value, terms.uncounted_reason,
        terms.period_uncounted_reason
    from terms
    inner join staged
        on terms.plan_id = staged.plan_id
        and terms.component_id = staged.component_id
    where staged.formula = '#1' and terms.term_number = 1
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        case
            when formula = '#1 / #2' then ratio(value_1, value_2, 10)
            when formula = '#1 / #2 - 1' then ratio(value_1, value_2, 10) - 1.0000000000
            when formula = '#1 / #2 - #3 / #4'
                then ratio(value_1, value_2, 10) - ratio(value_3, value_4, 10)
            when formula = '(#1 / #2 - #3 / #4) - (#5 / #6 - #7 / #8)'
                then (ratio(value_1, value_2, 10) - ratio(value_3, value_4, 10))
                    - (ratio(value_5, value_6, 10) - ratio(value_7, value_8, 10))
            else times(
                ratio(
                    100.0000000000 + times(ratio(value_1, value_2, 10) - 1.0000000000, 100.0),
                    100.0000000000 + times(ratio(value_3, value_4, 10) - 1.0000000000, 100.0),
                    10
                ),
                100.0
            )
        end as measured_value,
        case
            when formula = '#1 / #2' then ratio(period_value_1, period_value_2, 10)
            when formula = '#1 / #2 - 1' then ratio(period_value_1, period_value_2, 10) - 1.0000000000
            when formula = '#1 / #2 - #3 / #4'
                then ratio(period_value_1, period_value_2, 10) - ratio(period_value_3, period_value_4, 10)
            when formula = '(#1 / #2 - #3 / #4) - (#5 / #6 - #7 / #8)'
                then (ratio(period_value_1, period_value_2, 10) - ratio(period_value_3, period_value_4, 10))
                    - (ratio(period_value_5, period_value_6, 10) - ratio(period_value_7, period_value_8, 10))
            else times(
                ratio(
                    100.0000000000 + times(ratio(period_value_1, period_value_2, 10) - 1.0000000000, 100.0),
                    100.0000000000 + times(ratio(period_value_3, period_value_4, 10) - 1.0000000000, 100.0),
                    10
                ),
                100.0
            )
        end as period_value,
        uncounted_reason, period_uncounted_reason
    from spread
    union all
    select
        terms.plan_id, terms.component_id, terms.position_id, terms.payee_id, terms.period_id,
        formula(staged.formula, array_agg(terms.term_value order by terms.term_number)) as measured_value,
        formula(staged.formula, array_agg(terms.period_term_value order by terms.term_number)) as period_value,
        min(terms.uncounted_reason) as uncounted_reason,
        min(terms.period_uncounted_reason) as period_uncounted_reason
    from terms
    inner join staged
        on terms.plan_id = staged.plan_id
        and terms.component_id = staged.component_id
    where staged.formula <> '#1' and not staged.is_common
    group by
        terms.plan_id, terms.component_id, terms.position_id, terms.payee_id, terms.period_id, staged.formula
),

-- Where the formula divides by nothing, the kind of measure says by what.
held_against_targets as (
    select
        computed.plan_id, computed.component_id, computed.position_id, computed.payee_id, computed.period_id,
        computed.measured_value, computed.period_value, staged.window_kind, staged.zero_target, staged.target_source,
        staged.attainment_kind, staged.attainment_mode, staged.digits_factor, staged.digits_unit, staged.kind_factor,
        coalesce(
            computed.uncounted_reason,
            case
                when computed.measured_value is not null then null
                when staged.measure_kind = 'growth' then 'missing_base'
                when staged.measure_kind in ('market_share', 'share_change', 'share_change_vs_national', 'evolution_index')
                    then 'market_of_zero'
                when staged.measure_kind in ('call_plan_adherence', 'coverage', 'frequency') then 'no_call_targets'
                else 'no_result'
            end
        ) as uncounted_reason,
        coalesce(
            computed.period_uncounted_reason,
            case
                when computed.period_value is not null then null
                when staged.measure_kind = 'growth' then 'missing_base'
                when staged.measure_kind in ('market_share', 'share_change', 'share_change_vs_national', 'evolution_index')
                    then 'market_of_zero'
                when staged.measure_kind in ('call_plan_adherence', 'coverage', 'frequency') then 'no_call_targets'
                else 'no_result'
            end
        ) as period_uncounted_reason,
        window_targets.target_level, window_targets.target_amount as target_value,
        window_targets.first_missing_period_id, period_targets.target_amount as period_target_value
    from computed
    inner join staged
        on computed.plan_id = staged.plan_id
        and computed.component_id = staged.component_id
    left join component_targets as window_targets
        on computed.plan_id = window_targets.plan_id
        and computed.component_id = window_targets.component_id
        and computed.position_id = window_targets.position_id
        and computed.payee_id = window_targets.payee_id
        and computed.period_id = window_targets.period_id
        and staged.window_kind = window_targets.window_kind
    left join component_targets as period_targets
        on computed.plan_id = period_targets.plan_id
        and computed.component_id = period_targets.component_id
        and computed.position_id = period_targets.position_id
        and computed.payee_id = period_targets.payee_id
        and computed.period_id = period_targets.period_id
        and case when staged.target_source = 'components' then 'period_alone' else 'period' end
            = period_targets.window_kind
)

-- What cannot be measured, wholly or in part, has no value and no attainment: nothing ranks it, opens a gate with it or adds it up.
select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    case when uncounted_reason is null then measured_value else null end as measured_value,
    target_value,
    target_level,
    cast(
        case
            when uncounted_reason is not null then null
            when attainment_kind = 'absolute' then ratio(measured_value * digits_factor, 1, 0, attainment_mode) * digits_unit
            when attainment_kind = 'difference'
                then ratio((measured_value - target_value) * digits_factor, 1, 0, attainment_mode) * digits_unit
            when target_value < 0.0 then null
            when target_value <> 0.0
                then ratio(measured_value * (digits_factor * kind_factor), target_value, 0, attainment_mode) * digits_unit
            when target_value = 0.0 and zero_target = 'zero' then 0.000000
            when target_value = 0.0 and zero_target = 'full' then kind_factor * 1.000000
            else null
        end as decimal(18, 6)
    ) as attainment_rate,
    uncounted_reason,
    case when period_uncounted_reason is null then period_value else null end as period_value,
    period_target_value,
    cast(
        case
            when period_uncounted_reason is not null then null
            when attainment_kind = 'absolute' then ratio(period_value * digits_factor, 1, 0, attainment_mode) * digits_unit
            when attainment_kind = 'difference'
                then ratio((period_value - period_target_value) * digits_factor, 1, 0, attainment_mode) * digits_unit
            when period_target_value < 0.0 then null
            when period_target_value <> 0.0
                then ratio(period_value * (digits_factor * kind_factor), period_target_value, 0, attainment_mode)
                    * digits_unit
            when period_target_value = 0.0 and zero_target = 'zero' then 0.000000
            when period_target_value = 0.0 and zero_target = 'full' then kind_factor * 1.000000
            else null
        end as decimal(18, 6)
    ) as period_attainment_rate,
    period_uncounted_reason,
    case
        when uncounted_reason is not null then uncounted_reason
        when target_source <> 'none' and attainment_kind <> 'absolute' and target_value is null then 'missing_target'
        when attainment_kind in ('difference', 'absolute') then null
        when target_value < 0.0 then 'negative_target'
        when target_value = 0.0 and zero_target = 'not_payable' then 'zero_target'
        else null
    end as not_payable_reason,
    case when target_source <> 'none' and target_value is null then first_missing_period_id else null end
        as missing_target_period_id
from held_against_targets
