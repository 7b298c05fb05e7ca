-- One row per component that ranks, position, payee and period of the plan: the place in the cohort, if the seat can be measured.
with measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, measured_value, attainment_rate, not_payable_reason
    from attainment._plain_measures
    where payee_id <> ''
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, measured_value, attainment_rate, not_payable_reason
    from attainment._composed_measures
    where payee_id <> ''
),

seat_periods as (
    select plan_id, position_id, payee_id, period_id, is_too_short
    from attainment._seat_periods
    where payee_id <> ''
),

positions as (
    select position_id, unit_id, team_id
    from conformed.positions
),

components as (
    select
        plan_id, component_id, measure_kind, ranked_component_id, ranked_by, ranked_order, cohort, minimum_cohort_count,
        tie_rule, tie_component_id
    from conformed.plan_components
    where ranked_component_id is not null
),

plans as (
    select plan_id, currency_code
    from conformed.plan_plans
),

-- What is measured in money.
money_components as (
    select plan_id, component_id
    from conformed.plan_components
    where measure_kind = 'sales' and measure_unit in ('value', 'margin')
),

-- The lowest number comes first, whichever order the plan asks for.
keyed as (
    select
        components.plan_id, components.component_id, seat_periods.position_id, seat_periods.payee_id,
        seat_periods.period_id, components.measure_kind, components.minimum_cohort_count, components.tie_rule,
        components.cohort || '/' || components.component_id || '/' || components.ranked_component_id
            || case when components.cohort = 'all' then '' else '/' || components.plan_id end
            || case
                when components.cohort = 'unit' then '/' || coalesce(positions.unit_id, '')
                when components.cohort = 'team' then '/' || coalesce(positions.team_id, '')
                else ''
            end as cohort_id,
        case
            when seat_periods.is_too_short or measures.not_payable_reason is not null then null
            when components.ranked_by = 'value' and money_components.component_id is not null
                and measures.measured_value is not null then plans.currency_code
            else null
        end as money_currency_code,
        case
            when seat_periods.is_too_short or measures.not_payable_reason is not null then null
            when components.ranked_by = 'value' then cast(measures.measured_value as decimal(38, 10))
            else cast(measures.attainment_rate as decimal(38, 10))
        end * case when components.ranked_order = 'ascending' then 1 else -1 end as first_key,
        case
            when components.tie_rule <> 'second_key' or tie_measures.not_payable_reason is not null then null
            when components.ranked_by = 'value' then cast(tie_measures.measured_value as decimal(38, 10))
            else cast(tie_measures.attainment_rate as decimal(38, 10))
        end * case when components.ranked_order = 'ascending' then 1 else -1 end as second_key
    from seat_periods
    inner join components on seat_periods.plan_id = components.plan_id
    inner join plans on seat_periods.plan_id = plans.plan_id
    left join money_components
        on components.plan_id = money_components.plan_id
        and components.ranked_component_id = money_components.component_id
    left join positions on seat_periods.position_id = positions.position_id
    left join measures
        on components.plan_id = measures.plan_id
        and components.ranked_component_id = measures.component_id
        and seat_periods.position_id = measures.position_id
        and seat_periods.payee_id = measures.payee_id
        and seat_periods.period_id = measures.period_id
    left join measures as tie_measures
        on components.plan_id = tie_measures.plan_id
        and components.tie_component_id = tie_measures.component_id
        and seat_periods.position_id = tie_measures.position_id
        and seat_periods.payee_id = tie_measures.payee_id
        and seat_periods.period_id = tie_measures.period_id
),

-- Who cannot be measured comes last, where no place is given.
placed as (
    select
        plan_id, component_id, position_id, payee_id, period_id, measure_kind, minimum_cohort_count, tie_rule, cohort_id,
        first_key, second_key,
        count(first_key) over (partition by cohort_id, period_id) as cohort_count,
        count(first_key) over (partition by cohort_id, period_id, first_key) as equal_count,
        count(second_key) over (partition by cohort_id, period_id, first_key) as decided_count,
        min(money_currency_code) over (partition by cohort_id, period_id) as first_currency_code,
        max(money_currency_code) over (partition by cohort_id, period_id) as last_currency_code,
        cast(
            rank() over (partition by cohort_id, period_id order by first_key nulls last, second_key nulls last) as bigint
        ) as competition_place,
        cast(
            dense_rank() over (partition by cohort_id, period_id order by first_key nulls last, second_key nulls last)
            as bigint
        ) as dense_place,
        count(first_key) over (partition by cohort_id, period_id, first_key, second_key) as tie_count
    from keyed
),

-- Amounts of several currencies have no order, and a tie that its second key cannot decide for all has none either.
judged as (
    select
        plan_id, component_id, position_id, payee_id, period_id, measure_kind, tie_rule, cohort_id, cohort_count,
        competition_place, dense_place, tie_count,
        case
            when first_key is null then 'not_ranked'
            when cohort_count < minimum_cohort_count then 'small_cohort'
            when first_currency_code <> last_currency_code then 'several_currencies'
            when tie_rule = 'second_key' and equal_count > 1 and decided_count < equal_count then 'undecided_tie'
            else null
        end as not_payable_reason
    from placed
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    cohort_id,
    cohort_count,
    case
        when not_payable_reason is not null then null
        when tie_rule = 'dense' then dense_place
        else competition_place
    end as place,
    case when not_payable_reason is not null then null else tie_count end as tie_count,
    cast(
        case
            when not_payable_reason is not null then null
            when measure_kind = 'percentile' and cohort_count = 1 then 1.000000
            when measure_kind = 'percentile' then ratio(cohort_count - competition_place, cohort_count - 1, 6)
            when tie_rule = 'dense' then dense_place
            -- The mean of the places that are occupied.
            when tie_rule = 'average' then ratio(2 * competition_place + tie_count - 1, 2, 6)
            else competition_place
        end as decimal(38, 10)
    ) as rank_value,
    not_payable_reason
from judged
