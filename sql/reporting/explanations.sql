-- One row per step by which a payee's component came to its pay in a period; the steps recompute it exactly.
with incentives as (
    select
        plan_id, plan_version, component_id, position_id, payee_id, period_id, window_kind, output, timing,
        below, currency_code,
        measured_value, target_value, attainment_rate, basis_value, axis_value, mirror_sign, curve_amount, weight_rate,
        commission_rate, rated_amount, eligible_incentive_amount, pay_rate, uncapped_amount, cap_amount, capped_amount,
        gate_component_id, gate_attainment_rate, gate_rate, gate_acts_on, gated_amount, rounding_mode, rounding_digits,
        state_amount, grown_from_amount, growth_amount, let_through_amount, earned_before_amount,
        earned_amount, incentive_amount
    from incentives.incentives
),

curve_tiers as (
    select
        plan_id, component_id, position_id, payee_id, period_id, tier_number, looked_up_value, from_value, to_value,
        line_from_value, line_to_value, output_from, output_to, mirror_sign, part_kind, part_of_value, part_from_value,
        part_to_value, applied_to_value, tier_output, tier_amount
    from incentives.curve_tiers
),

components as (
    select plan_id, component_id, document_file, document_line
    from conformed.plan_components
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

-- Each tier that pays: the slice it is applied to, its output if that lies on a line, and both multiplied.
tier_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        100 + 3 * tier_number as step_number, 'part' as step_name,
        'slice' as operation,
        part_of_value as value_in,
        cast(mirror_sign as decimal(38, 10)) as operand,
        applied_to_value as value_out,
        part_from_value as from_value,
        cast(null as decimal(38, 10)) as from_output,
        part_to_value as to_value,
        cast(null as decimal(38, 10)) as to_output,
        '' as mode,
        'what lies from ' || cast(part_from_value as varchar)
            || coalesce(' to ' || cast(part_to_value as varchar), ' upwards') as words
    from curve_tiers
    where part_kind = 'slice'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        100 + 3 * tier_number + 1 as step_number, 'output' as step_name,
        'interpolate' as operation,
        looked_up_value as value_in,
        cast(null as decimal(38, 10)) as operand,
        tier_output as value_out,
        line_from_value as from_value,
        output_from as from_output,
        line_to_value as to_value,
        output_to as to_output,
        '' as mode,
        'on the line from ' || cast(output_from as varchar) || ' to ' || cast(output_to as varchar) as words
    from curve_tiers
    where line_from_value is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        100 + 3 * tier_number + 2 as step_number, 'tier' as step_name,
        'times' as operation,
        applied_to_value as value_in,
        tier_output as operand,
        tier_amount as value_out,
        cast(from_value as decimal(38, 10)) as from_value,
        cast(null as decimal(38, 10)) as from_output,
        cast(to_value as decimal(38, 10)) as to_value,
        cast(null as decimal(38, 10)) as to_output,
        '' as mode,
        'tier from ' || cast(from_value as varchar)
            || coalesce(' to ' || cast(to_value as varchar), ' upwards') as words
    from curve_tiers
),

plain_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        10 as step_number, 'measure' as step_name,
        'take' as operation,
        cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand,
        cast(measured_value as decimal(38, 10)) as value_out,
        '' as mode,
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
        '' as mode,
        'target of the window' as words
    from incentives
    where target_value is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        30 as step_number, 'attainment' as step_name,
        case when target_value = 0.0 then 'take' else 'ratio' end as operation,
        cast(measured_value as decimal(38, 10)) as value_in,
        cast(target_value as decimal(38, 10)) as operand,
        cast(attainment_rate as decimal(38, 10)) as value_out,
        '' as mode,
        case
            when target_value = 0.0 then 'what the plan takes a target of zero for'
            else 'sold, divided by the target'
        end as words
    from incentives
    where attainment_rate is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        40 as step_number, 'basis' as step_name,
        'take' as operation,
        cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand,
        cast(basis_value as decimal(38, 10)) as value_out,
        '' as mode,
        case
            when timing = 'running_rate' then 'sold in this period alone'
            else 'what the rate is applied to'
        end as words
    from incentives
    where output = 'rate_on_basis'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        50 as step_number, 'looked_up' as step_name,
        'times' as operation,
        cast(axis_value as decimal(38, 10)) as value_in,
        cast(mirror_sign as decimal(38, 10)) as operand,
        cast(axis_value * mirror_sign as decimal(38, 10)) as value_out,
        '' as mode,
        case when mirror_sign < 0 then 'looked up in the curve, mirrored' else 'looked up in the curve' end as words
    from incentives
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        860 + part_number as step_number, 'incentive_part' as step_name,
        'quotient' as operation,
        cast(held_incentive_amount as decimal(38, 10)) as value_in,
        cast(incentive_day_count as decimal(38, 10)) as operand,
        cast(eligible_incentive_amount as decimal(38, 10)) as value_out,
        '' as mode,
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
        '' as mode,
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
        '' as mode,
        'pay at 100 % of the window' as words
    from incentives
    where eligible_incentive_amount is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1000 as step_number, 'curve' as step_name,
        'sum_of_tiers' as operation,
        cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand,
        cast(curve_amount as decimal(38, 10)) as value_out,
        '' as mode,
        'what the curve gives' as words
    from incentives
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1010 as step_number,
        case when weight_rate is not null then 'weight' else 'commission_rate' end as step_name,
        'times' as operation,
        cast(curve_amount as decimal(38, 10)) as value_in,
        cast(coalesce(weight_rate, commission_rate) as decimal(38, 10)) as operand,
        cast(rated_amount as decimal(38, 10)) as value_out,
        '' as mode,
        case when weight_rate is not null then 'part of the plan' else 'rate of the payee' end as words
    from incentives
    where weight_rate is not null or commission_rate is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1020 as step_number,
        case when eligible_incentive_amount is not null then 'target_incentive' else 'days' end as step_name,
        'times' as operation,
        cast(rated_amount as decimal(38, 10)) as value_in,
        cast(coalesce(eligible_incentive_amount, pay_rate) as decimal(38, 10)) as operand,
        cast(uncapped_amount as decimal(38, 10)) as value_out,
        '' as mode,
        case
            when eligible_incentive_amount is not null then 'pay at 100 % of the eligible days'
            else 'part of the days and the seat'
        end as words
    from incentives
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1030 as step_number, 'cap' as step_name,
        case when below = 'mirror' then 'within' else 'at_most' end as operation,
        cast(uncapped_amount as decimal(38, 10)) as value_in,
        cast(cap_amount as decimal(38, 10)) as operand,
        cast(capped_amount as decimal(38, 10)) as value_out,
        '' as mode,
        'never more than the cap; the rest is forfeited' as words
    from incentives
    where cap_amount is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1040 as step_number, 'gate' as step_name,
        case when capped_amount > 0.0 then 'times' else 'take' end as operation,
        cast(capped_amount as decimal(38, 10)) as value_in,
        cast(gate_rate as decimal(38, 10)) as operand,
        cast(gated_amount as decimal(38, 10)) as value_out,
        '' as mode,
        'gate on ' || gate_component_id || ' at ' || cast(gate_attainment_rate as varchar)
            || case when capped_amount > 0.0 then '' else '; it leaves what is not above zero' end as words
    from incentives
    where gate_acts_on = 'total'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1050 as step_number, 'rounding' as step_name,
        'round' as operation,
        cast(gated_amount as decimal(38, 10)) as value_in,
        cast(rounding_digits as decimal(38, 10)) as operand,
        cast(state_amount as decimal(38, 10)) as value_out,
        rounding_mode as mode,
        'to the minor unit of ' || currency_code as words
    from incentives
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1060 as step_number, 'growth' as step_name,
        'above' as operation,
        cast(state_amount as decimal(38, 10)) as value_in,
        cast(grown_from_amount as decimal(38, 10)) as operand,
        cast(growth_amount as decimal(38, 10)) as value_out,
        '' as mode,
        'more than before; a fall is not growth' as words
    from incentives
    where gate_acts_on = 'increase'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1070 as step_number, 'gate' as step_name,
        'times_rounded' as operation,
        cast(growth_amount as decimal(38, 10)) as value_in,
        cast(gate_rate as decimal(38, 10)) as operand,
        cast(let_through_amount as decimal(38, 10)) as value_out,
        rounding_mode as mode,
        'gate on ' || gate_component_id || ' at ' || cast(gate_attainment_rate as varchar) as words
    from incentives
    where gate_acts_on = 'increase'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1080 as step_number, 'kept' as step_name,
        'plus' as operation,
        cast(let_through_amount as decimal(38, 10)) as value_in,
        cast(greatest(earned_before_amount, 0.0000) as decimal(38, 10)) as operand,
        cast(let_through_amount + greatest(earned_before_amount, 0.0000) as decimal(38, 10)) as value_out,
        '' as mode,
        'with what was earned before' as words
    from incentives
    where gate_acts_on = 'increase'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1090 as step_number, 'earned' as step_name,
        'at_most' as operation,
        cast(let_through_amount + greatest(earned_before_amount, 0.0000) as decimal(38, 10)) as value_in,
        cast(state_amount as decimal(38, 10)) as operand,
        cast(earned_amount as decimal(38, 10)) as value_out,
        '' as mode,
        'never more than the result without the gate' as words
    from incentives
    where gate_acts_on = 'increase'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        1100 as step_number, 'earned_before' as step_name,
        'minus' as operation,
        cast(earned_amount as decimal(38, 10)) as value_in,
        cast(earned_before_amount as decimal(38, 10)) as operand,
        cast(incentive_amount as decimal(38, 10)) as value_out,
        '' as mode,
        'already earned in this window' as words
    from incentives
    where timing = 'true_up'
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        2000 as step_number, 'incentive' as step_name,
        'take' as operation,
        cast(incentive_amount as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand,
        cast(incentive_amount as decimal(38, 10)) as value_out,
        '' as mode,
        'earned' as words
    from incentives
),

steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, step_number, step_name, operation, value_in, operand,
        value_out, from_value, from_output, to_value, to_output, mode, words
    from tier_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, step_number, step_name, operation, value_in, operand,
        value_out, cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as from_output,
        cast(null as decimal(38, 10)) as to_value, cast(null as decimal(38, 10)) as to_output, mode, words
    from plain_steps
)

select
    incentives.payee_id,
    incentives.period_id,
    incentives.plan_id,
    incentives.component_id,
    incentives.position_id,
    steps.step_number,
    steps.step_name,
    steps.operation,
    steps.value_in,
    steps.operand,
    steps.value_out,
    steps.from_value,
    steps.from_output,
    steps.to_value,
    steps.to_output,
    steps.mode as rounding_mode,
    incentives.rounding_digits,
    incentives.currency_code,
    steps.words,
    incentives.plan_version,
    components.document_file,
    components.document_line
from steps
inner join incentives
    on steps.plan_id = incentives.plan_id
    and steps.component_id = incentives.component_id
    and steps.position_id = incentives.position_id
    and steps.payee_id = incentives.payee_id
    and steps.period_id = incentives.period_id
inner join components
    on steps.plan_id = components.plan_id
    and steps.component_id = components.component_id
