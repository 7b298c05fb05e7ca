-- One row per step by which a payee's component came to its pay in a period; the steps recompute it exactly.
with incentives as (
    select
        plan_id, plan_version, component_id, position_id, payee_id, period_id, window_kind, basis, running_by, output,
        timing, currency_code, measured_value, target_value, attainment_rate, basis_value, axis_value, mirror_sign,
        eligible_incentive_amount
    from incentives.incentives
),

modifiers as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation, value_in,
        operand, value_out, from_value, from_output, to_value, to_output, rounding_mode, rounding_digits, currency_code,
        plan_version, words
    from incentives.modifiers
    where value_out is not null
),

curve_tiers as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, tier_number, looked_up_value, from_value,
        to_value, line_from_value, line_to_value, output_from, output_to, mirror_sign, before_sign, part_kind,
        part_of_value, part_before_value, part_from_value, part_to_value, applied_to_value, tier_output, tier_amount
    from incentives.curve_tiers
),

components as (
    select plan_id, component_id, document_file, document_line
    from conformed.plan_components
    union all
    select plan_id, '' as component_id, document_file, document_line
    from conformed.plan_plans
),

-- Components whose attainment is value over target to six digits, as most are.
ratios as (
    select plan_id, component_id
    from conformed.plan_components
    where attainment_kind = 'ratio' and attainment_digits = 6 and attainment_mode = 'half_up'
),

eligibility as (
    select
        plan_id, position_id, payee_id, period_id, window_kind, eligible_incentive_amount, held_incentive_amount,
        incentive_day_count, share_day_quantity, pay_day_count, pay_rate
    from attainment.eligibility
),

periods as (
    select period_id, period_kind, to_date, quarter_id, year_id
    from conformed.periods
),

-- The window of the payee's terms; a running rate applies to the period alone.
placed as (
    select
        incentives.plan_id, incentives.component_id, incentives.position_id, incentives.payee_id, incentives.period_id,
        incentives.output, periods.period_kind, periods.to_date, periods.quarter_id, periods.year_id,
        case when incentives.timing = 'running_rate' then 'period' else incentives.window_kind end as terms_window_kind
    from incentives
    inner join periods on incentives.period_id = periods.period_id
),

-- Pay at 100 % is added up period by period.
incentive_parts as (
    select
        placed.plan_id, placed.component_id, placed.position_id, placed.payee_id, placed.period_id,
        row_number() over (
            partition by placed.plan_id, placed.component_id, placed.position_id, placed.payee_id, placed.period_id
            order by periods.to_date
        ) as part_number,
        periods.period_id as part_period_id, eligibility.held_incentive_amount, eligibility.incentive_day_count,
        eligibility.eligible_incentive_amount
    from placed
    inner join periods
        on placed.period_kind = periods.period_kind
        and placed.to_date >= periods.to_date
        and (placed.terms_window_kind <> 'period' or placed.period_id = periods.period_id)
        and (placed.terms_window_kind <> 'quarter_to_date' or placed.quarter_id = periods.quarter_id)
        and (placed.terms_window_kind <> 'year_to_date' or placed.year_id = periods.year_id)
    inner join eligibility
        on placed.plan_id = eligibility.plan_id
        and placed.position_id = eligibility.position_id
        and placed.payee_id = eligibility.payee_id
        and periods.period_id = eligibility.period_id
        and eligibility.window_kind = 'period'
    where placed.output = 'percent_of_target_incentive'
),

held_days as (
    select
        placed.plan_id, placed.component_id, placed.position_id, placed.payee_id, placed.period_id,
        eligibility.share_day_quantity, eligibility.pay_day_count, eligibility.pay_rate
    from placed
    inner join eligibility
        on placed.plan_id = eligibility.plan_id
        and placed.position_id = eligibility.position_id
        and placed.payee_id = eligibility.payee_id
        and placed.period_id = eligibility.period_id
        and placed.terms_window_kind = eligibility.window_kind
    where placed.output <> 'percent_of_target_incentive'
),

-- Each tier that pays: the slice it is applied to, its output if that lies on a line, and both multiplied. Where a running
-- total picks the tiers of one transaction, the slice before it is taken away.
tier_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key,
        100 + 4 * tier_number as step_number, 'part' as step_name,
        'slice' as operation,
        part_of_value as value_in,
        cast(mirror_sign as decimal(38, 10)) as operand,
        mirror_sign * slice(part_of_value, part_from_value, part_to_value) as value_out,
        part_from_value as from_value,
        cast(null as decimal(38, 10)) as from_output,
        part_to_value as to_value,
        cast(null as decimal(38, 10)) as to_output,
        'what lies from ' || cast(part_from_value as varchar)
            || coalesce(' to ' || cast(part_to_value as varchar), ' upwards') as words
    from curve_tiers
    where part_kind = 'slice' or part_kind = 'prorated' or part_kind = 'change'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key,
        100 + 4 * tier_number + 1 as step_number, 'part_before' as step_name,
        'minus' as operation,
        mirror_sign * slice(part_of_value, part_from_value, part_to_value) as value_in,
        before_sign * slice(part_before_value, part_from_value, part_to_value) as operand,
        applied_to_value as value_out,
        cast(null as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as from_output,
        cast(null as decimal(38, 10)) as to_value,
        cast(null as decimal(38, 10)) as to_output,
        'less what lay there before the transaction' as words
    from curve_tiers
    where part_kind = 'change'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key,
        100 + 4 * tier_number + 2 as step_number, 'output' as step_name,
        'interpolate' as operation,
        looked_up_value as value_in,
        cast(null as decimal(38, 10)) as operand,
        tier_output as value_out,
        line_from_value as from_value,
        output_from as from_output,
        line_to_value as to_value,
        output_to as to_output,
        'on the line from ' || cast(output_from as varchar) || ' to ' || cast(output_to as varchar) as words
    from curve_tiers
    where line_from_value is not null and part_kind <> 'prorated'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key,
        100 + 4 * tier_number + 3 as step_number, 'tier' as step_name,
        'times' as operation,
        applied_to_value as value_in,
        tier_output as operand,
        tier_amount as value_out,
        cast(from_value as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as from_output,
        cast(to_value as decimal(38, 10)) as to_value,
        cast(null as decimal(38, 10)) as to_output,
        'tier from ' || cast(from_value as varchar)
            || coalesce(' to ' || cast(to_value as varchar), ' upwards') as words
    from curve_tiers
    where part_kind <> 'prorated'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key,
        100 + 4 * tier_number + 3 as step_number, 'tier' as step_name,
        case when line_from_value is null then 'times' else 'interpolate' end as operation,
        applied_to_value as value_in,
        case when line_from_value is null then 0.0000000000 else null end as operand,
        tier_amount as value_out,
        case when line_from_value is null then null else 0.0000000000 end as from_value,
        case when line_from_value is null then null else 0.0000000000 end as from_output,
        line_to_value - line_from_value as to_value,
        case when line_from_value is null then null else output_from end as to_output,
        'of the amount of the tier from ' || cast(from_value as varchar) || ' the part that is covered' as words
    from curve_tiers
    where part_kind = 'prorated'
),

plain_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        10 as step_number, 'measure' as step_name,
        'take' as operation,
        cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand,
        cast(measured_value as decimal(38, 10)) as value_out,
        'sold in the window' as words
    from incentives
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        20 as step_number, 'target' as step_name,
        'take' as operation,
        cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand,
        cast(target_value as decimal(38, 10)) as value_out,
        'target of the window' as words
    from incentives
    where target_value is not null
    union all
    select
        incentives.plan_id, incentives.component_id, incentives.position_id, incentives.payee_id, incentives.period_id,
        30 as step_number, 'attainment' as step_name,
        case when incentives.target_value = 0.0 or ratios.plan_id is null then 'take' else 'ratio' end as operation,
        cast(incentives.measured_value as decimal(38, 10)) as value_in,
        cast(incentives.target_value as decimal(38, 10)) as operand,
        cast(incentives.attainment_rate as decimal(38, 10)) as value_out,
        case
            when incentives.target_value = 0.0 then 'what the plan takes a target of zero for'
            when ratios.plan_id is null then 'compared with the target as the plan says'
            else 'sold, divided by the target'
        end as words
    from incentives
    left join ratios on incentives.plan_id = ratios.plan_id and incentives.component_id = ratios.component_id
    where incentives.attainment_rate is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        40 as step_number, 'basis' as step_name,
        'take' as operation,
        cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand,
        cast(basis_value as decimal(38, 10)) as value_out,
        case
            when timing = 'running_rate' then 'sold in this period alone'
            else 'what the rate is applied to'
        end as words
    from incentives
    where output = 'rate_on_basis' and basis <> 'transaction' and running_by <> 'transaction'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        50 as step_number, 'looked_up' as step_name,
        'times' as operation,
        cast(axis_value as decimal(38, 10)) as value_in,
        cast(mirror_sign as decimal(38, 10)) as operand,
        cast(axis_value * mirror_sign as decimal(38, 10)) as value_out,
        case when mirror_sign < 0 then 'looked up in the curve, mirrored' else 'looked up in the curve' end as words
    from incentives
    where basis <> 'transaction' and running_by <> 'transaction'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        860 + part_number as step_number, 'incentive_part' as step_name,
        'quotient' as operation,
        cast(held_incentive_amount as decimal(38, 10)) as value_in,
        cast(incentive_day_count as decimal(38, 10)) as operand,
        cast(eligible_incentive_amount as decimal(38, 10)) as value_out,
        'pay at 100 % of each day held in ' || part_period_id || ', divided by the days' as words
    from incentive_parts
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        990 as step_number, 'days_held' as step_name,
        'quotient' as operation,
        cast(share_day_quantity as decimal(38, 10)) as value_in,
        cast(pay_day_count as decimal(38, 10)) as operand,
        cast(pay_rate as decimal(38, 10)) as value_out,
        'days held, times the share of the seat, divided by the days' as words
    from held_days
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        999 as step_number, 'eligible' as step_name,
        'sum_of_parts' as operation,
        cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand,
        cast(eligible_incentive_amount as decimal(38, 10)) as value_out,
        'pay at 100 % of the window' as words
    from incentives
    where eligible_incentive_amount is not null
),

-- From the curve on, the modifiers tell each step; the curve itself is what its tiers add up to.
steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation, value_in,
        operand, value_out, from_value, from_output, to_value, to_output, '' as rounding_mode, 0 as rounding_digits,
        words
    from tier_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, '' as basis_key, step_number, step_name, operation,
        value_in, operand, value_out, cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as from_output, cast(null as decimal(38, 10)) as to_value, cast(null as decimal(38, 10)) as to_output,
        '' as rounding_mode, 0 as rounding_digits, words
    from plain_steps
),

told as (
    select
        steps.plan_id, steps.component_id, steps.position_id, steps.payee_id, steps.period_id, steps.basis_key,
        steps.step_number, steps.step_name, steps.operation, steps.value_in, steps.operand, steps.value_out,
        steps.from_value, steps.from_output, steps.to_value, steps.to_output, steps.rounding_mode,
        steps.rounding_digits, incentives.currency_code, incentives.plan_version, steps.words
    from steps
    inner join incentives
        on steps.plan_id = incentives.plan_id
        and steps.component_id = incentives.component_id
        and steps.position_id = incentives.position_id
        and steps.payee_id = incentives.payee_id
        and steps.period_id = incentives.period_id
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name,
        case when step_number = 1000 then 'sum_of_tiers' else operation end as operation,
        case when step_number = 1000 then null else value_in end as value_in,
        operand, value_out, from_value, from_output, to_value, to_output, rounding_mode, rounding_digits, currency_code,
        plan_version, words
    from modifiers
)

select
    told.payee_id,
    told.period_id,
    told.plan_id,
    told.component_id,
    told.position_id,
    told.basis_key,
    cast(told.step_number as bigint) as step_number,
    told.step_name,
    told.operation,
    told.value_in,
    told.operand,
    told.value_out,
    told.from_value,
    told.from_output,
    told.to_value,
    told.to_output,
    told.rounding_mode,
    cast(told.rounding_digits as bigint) as rounding_digits,
    told.currency_code,
    told.words,
    told.plan_version,
    components.document_file,
    components.document_line
from told
inner join components
    on told.plan_id = components.plan_id
    and told.component_id = components.component_id
