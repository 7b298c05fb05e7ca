-- One row per step by which a component (of one transaction, where those are asked) comes from its terms to its tiers.
with incentives as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, output, timing, measured_value, target_value,
        attainment_rate, axis_value, eligible_incentive_amount
    from incentives.incentives
),

components as (
    select
        plan_id, component_id, formula, target_source, attainment_kind, attainment_digits, attainment_mode
    from conformed.plan_components
),

component_terms as (
    select
        plan_id, component_id, position_id, payee_id, period_id, term_number, term_id, term_source, measure_unit,
        window_kind, shift_kind, term_value
    from attainment.component_terms
),

tiers as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, tier_number, looked_up_value, from_value,
        to_value, line_from_value, line_to_value,
        output_from, output_to, mirror_sign, before_sign, part_kind, part_of_value, part_before_value, part_from_value,
        part_to_value, applied_to_value, tier_output, tier_amount
    from incentives.curve_tiers
),

asked as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, output, timing, basis_value, axis_value,
        second_value, mirror_sign
    from incentives._bases
    where not_payable_reason is null
),

eligibility as (
    select
        plan_id, position_id, payee_id, period_id, window_kind, eligible_incentive_amount, held_incentive_amount,
        incentive_day_count, share_day_quantity, pay_day_count, pay_rate
    from attainment.eligibility
),

counted_parts as (
    select plan_id, position_id, payee_id, period_id, window_kind, part_period_id
    from attainment.counted_parts
),

-- The window of the payee's terms; a running rate applies to the period alone.
measured as (
    select
        incentives.plan_id, incentives.component_id, incentives.position_id, incentives.payee_id, incentives.period_id,
        incentives.output, incentives.measured_value, incentives.target_value, incentives.attainment_rate,
        incentives.axis_value, incentives.eligible_incentive_amount, components.formula, components.target_source,
        components.attainment_kind,
        components.attainment_digits, components.attainment_mode,
        case when incentives.timing = 'running_rate' then 'period' else incentives.window_kind end as terms_window_kind
    from incentives
    inner join components
        on incentives.plan_id = components.plan_id
        and incentives.component_id = components.component_id
),

-- The tiers of components that came to an incentive.
curve_tiers as (
    select
        tiers.plan_id, tiers.component_id, tiers.position_id, tiers.payee_id, tiers.period_id, tiers.basis_key,
        tiers.tier_number, tiers.looked_up_value, tiers.from_value, tiers.to_value, tiers.line_from_value,
        tiers.line_to_value, tiers.output_from, tiers.output_to, tiers.mirror_sign, tiers.before_sign,
        tiers.part_kind, tiers.part_of_value, tiers.part_before_value, tiers.part_from_value, tiers.part_to_value,
        tiers.applied_to_value, tiers.tier_output, tiers.tier_amount, measured.axis_value as place
    from tiers
    inner join measured
        on tiers.plan_id = measured.plan_id
        and tiers.component_id = measured.component_id
        and tiers.position_id = measured.position_id
        and tiers.payee_id = measured.payee_id
        and tiers.period_id = measured.period_id
),

-- The terms of measures that are computed from terms.
terms as (
    select
        component_terms.plan_id, component_terms.component_id, component_terms.position_id, component_terms.payee_id,
        component_terms.period_id, component_terms.term_number, component_terms.term_value,
        component_terms.term_source,
        '#' || cast(component_terms.term_number as varchar) || ' ' || component_terms.term_id || ': '
            || component_terms.term_source || ', ' || component_terms.measure_unit || ', '
            || component_terms.window_kind
            || case when component_terms.shift_kind = 'none' then '' else ', ' || component_terms.shift_kind end
            as term_words
    from component_terms
    inner join measured
        on component_terms.plan_id = measured.plan_id
        and component_terms.component_id = measured.component_id
        and component_terms.position_id = measured.position_id
        and component_terms.payee_id = measured.payee_id
        and component_terms.period_id = measured.period_id
    where component_terms.term_value is not null and measured.formula <> ''
),

-- What was asked of components that came to an incentive.
bases as (
    select
        asked.plan_id, asked.component_id, asked.position_id, asked.payee_id, asked.period_id, asked.basis_key,
        asked.output, asked.timing, asked.basis_value, asked.axis_value, asked.second_value, asked.mirror_sign
    from asked
    inner join measured
        on asked.plan_id = measured.plan_id
        and asked.component_id = measured.component_id
        and asked.position_id = measured.position_id
        and asked.payee_id = measured.payee_id
        and asked.period_id = measured.period_id
),

-- Pay at 100 % is added up period by period.
incentive_parts as (
    select
        measured.plan_id, measured.component_id, measured.position_id, measured.payee_id, measured.period_id,
        row_number() over (
            partition by
                measured.plan_id, measured.component_id, measured.position_id, measured.payee_id, measured.period_id
            order by counted_parts.part_period_id
        ) as part_number,
        counted_parts.part_period_id, eligibility.held_incentive_amount, eligibility.incentive_day_count,
        eligibility.eligible_incentive_amount
    from measured
    inner join counted_parts
        on measured.plan_id = counted_parts.plan_id
        and measured.position_id = counted_parts.position_id
        and measured.payee_id = counted_parts.payee_id
        and measured.period_id = counted_parts.period_id
        and measured.terms_window_kind = counted_parts.window_kind
    inner join eligibility
        on measured.plan_id = eligibility.plan_id
        and measured.position_id = eligibility.position_id
        and measured.payee_id = eligibility.payee_id
        and counted_parts.part_period_id = eligibility.period_id
        and eligibility.window_kind = 'period'
    where measured.eligible_incentive_amount is not null
),

held_days as (
    select
        measured.plan_id, measured.component_id, measured.position_id, measured.payee_id, measured.period_id,
        eligibility.share_day_quantity, eligibility.pay_day_count, eligibility.pay_rate
    from measured
    inner join eligibility
        on measured.plan_id = eligibility.plan_id
        and measured.position_id = eligibility.position_id
        and measured.payee_id = eligibility.payee_id
        and measured.period_id = eligibility.period_id
        and measured.terms_window_kind = eligibility.window_kind
    where measured.eligible_incentive_amount is null
)

select
    plan_id, component_id, position_id, payee_id, period_id,
    '' as basis_key, term_number as step_number, 'term' as step_name,
    case when term_source = 'component' then 'take' else 'sum_of_counts' end as operation,
    cast(null as decimal(38, 10)) as value_in,
    cast(null as decimal(38, 10)) as operand,
    cast(term_value as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    term_words as words
from terms
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    '' as basis_key, 60 as step_number, 'measure' as step_name,
    case when formula = '' then 'take' else 'formula' end as operation,
    cast(null as decimal(38, 10)) as value_in,
    cast(null as decimal(38, 10)) as operand,
    cast(measured_value as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    case when formula = '' then 'place or part of the cohort' else formula end as words
from measured
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    '' as basis_key, 70 as step_number, 'target' as step_name,
    case when target_source = 'set' or target_source = 'amount' then 'sum_of_targets' else 'take' end as operation,
    cast(null as decimal(38, 10)) as value_in,
    cast(null as decimal(38, 10)) as operand,
    cast(target_value as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    'target of the window' as words
from measured
where target_value is not null
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    '' as basis_key, 80 as step_number, 'attainment' as step_name,
    case
        when attainment_kind = 'absolute' then 'itself'
        when attainment_kind = 'difference' then 'difference'
        when target_value = 0.0 then 'take'
        when attainment_kind = 'index' then 'index'
        else 'ratio'
    end as operation,
    cast(measured_value as decimal(38, 10)) as value_in,
    cast(target_value as decimal(38, 10)) as operand,
    cast(attainment_rate as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    attainment_mode as rounding_mode,
    attainment_digits as rounding_digits,
    case
        when attainment_kind = 'absolute' then 'the value itself'
        when attainment_kind = 'difference' then 'the value less the target'
        when target_value = 0.0 then 'what the plan takes a target of zero for'
        when attainment_kind = 'index' then 'the value, times 100, divided by the target'
        else 'the value, divided by the target'
    end as words
from measured
where attainment_rate is not null
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    basis_key, 90 as step_number, 'basis' as step_name,
    'take' as operation,
    cast(null as decimal(38, 10)) as value_in,
    cast(null as decimal(38, 10)) as operand,
    cast(basis_value as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    case
        when basis_key <> '' then 'the transaction'
        when timing = 'running_rate' then 'of this period alone'
        else 'what the rate is applied to'
    end as words
from bases
where output = 'rate_on_basis'
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    basis_key, 95 as step_number, 'looked_up' as step_name,
    'times' as operation,
    cast(axis_value as decimal(38, 10)) as value_in,
    cast(mirror_sign as decimal(38, 10)) as operand,
    cast(axis_value * mirror_sign as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    case when mirror_sign < 0 then 'looked up in the curve, mirrored' else 'looked up in the curve' end
        || case when second_value is null then '' else ', beside ' || cast(second_value as varchar) end as words
from bases
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    basis_key, 100 + 4 * tier_number as step_number, 'part' as step_name,
    'slice' as operation,
    cast(part_of_value as decimal(38, 10)) as value_in,
    cast(mirror_sign as decimal(38, 10)) as operand,
    cast(mirror_sign * slice(part_of_value, part_from_value, part_to_value) as decimal(38, 10)) as value_out,
    cast(part_from_value as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(part_to_value as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    'what lies from ' || cast(part_from_value as varchar)
        || coalesce(' to ' || cast(part_to_value as varchar), ' upwards') as words
from curve_tiers
where part_kind = 'slice' or part_kind = 'prorated' or part_kind = 'change'
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    basis_key, 100 + 4 * tier_number + 1 as step_number, 'part_before' as step_name,
    'minus' as operation,
    cast(mirror_sign * slice(part_of_value, part_from_value, part_to_value) as decimal(38, 10)) as value_in,
    cast(before_sign * slice(part_before_value, part_from_value, part_to_value) as decimal(38, 10)) as operand,
    cast(applied_to_value as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    'less what lay there before the transaction' as words
from curve_tiers
where part_kind = 'change'
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    basis_key, 100 + 4 * tier_number as step_number, 'mean_place' as step_name,
    'plus' as operation,
    cast(place as decimal(38, 10)) as value_in,
    cast(looked_up_value - place as decimal(38, 10)) as operand,
    cast(looked_up_value as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    'the mean of the shared places that lie on this line' as words
from curve_tiers
where line_from_value is not null and part_kind = 'places'
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    basis_key, 100 + 4 * tier_number + 2 as step_number, 'output' as step_name,
    'interpolate' as operation,
    cast(looked_up_value as decimal(38, 10)) as value_in,
    cast(null as decimal(38, 10)) as operand,
    cast(tier_output as decimal(38, 10)) as value_out,
    cast(line_from_value as decimal(38, 10)) as from_value,
    cast(output_from as decimal(38, 10)) as from_output,
    cast(line_to_value as decimal(38, 10)) as to_value,
    cast(output_to as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    'on the line from ' || cast(output_from as varchar) || ' to ' || cast(output_to as varchar) as words
from curve_tiers
where line_from_value is not null and part_kind <> 'prorated'
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    basis_key, 100 + 4 * tier_number + 3 as step_number, 'tier' as step_name,
    'times' as operation,
    cast(applied_to_value as decimal(38, 10)) as value_in,
    cast(tier_output as decimal(38, 10)) as operand,
    cast(tier_amount as decimal(38, 10)) as value_out,
    cast(from_value as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(to_value as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    case when part_kind = 'places' then 'places that are shared, ' else '' end
        || 'tier from ' || cast(from_value as varchar)
        || coalesce(' to ' || cast(to_value as varchar), ' upwards') as words
from curve_tiers
where part_kind <> 'prorated'
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    basis_key, 100 + 4 * tier_number + 3 as step_number, 'tier' as step_name,
    case when line_from_value is null then 'times' else 'interpolate' end as operation,
    cast(applied_to_value as decimal(38, 10)) as value_in,
    case when line_from_value is null then 0.0000000000 else null end as operand,
    cast(tier_amount as decimal(38, 10)) as value_out,
    cast(0 as decimal(38, 10)) as from_value,
    cast(0 as decimal(38, 10)) as from_output,
    cast(line_to_value - line_from_value as decimal(38, 10)) as to_value,
    cast(output_from as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    'of the amount of the tier from ' || cast(from_value as varchar) || ' the part that is covered' as words
from curve_tiers
where part_kind = 'prorated'
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    '' as basis_key, 860 + part_number as step_number, 'incentive_part' as step_name,
    'quotient' as operation,
    cast(held_incentive_amount as decimal(38, 10)) as value_in,
    cast(incentive_day_count as decimal(38, 10)) as operand,
    cast(eligible_incentive_amount as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    'pay at 100 % of each day held in ' || part_period_id || ', divided by the days' as words
from incentive_parts
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    '' as basis_key, 990 as step_number, 'days_held' as step_name,
    'quotient' as operation,
    cast(share_day_quantity as decimal(38, 10)) as value_in,
    cast(pay_day_count as decimal(38, 10)) as operand,
    cast(pay_rate as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    'days held, times the share of the seat, divided by the days' as words
from held_days
union all
select
    plan_id, component_id, position_id, payee_id, period_id,
    '' as basis_key, 999 as step_number, 'eligible' as step_name,
    'sum_of_parts' as operation,
    cast(null as decimal(38, 10)) as value_in,
    cast(null as decimal(38, 10)) as operand,
    cast(eligible_incentive_amount as decimal(38, 10)) as value_out,
    cast(null as decimal(38, 10)) as from_value,
    cast(null as decimal(38, 10)) as from_output,
    cast(null as decimal(38, 10)) as to_value,
    cast(null as decimal(38, 10)) as to_output,
    '' as rounding_mode,
    0 as rounding_digits,
    'pay at 100 % of the window' as words
from measured
where eligible_incentive_amount is not null
