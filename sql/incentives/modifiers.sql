-- One row per step by which a component (empty: the plan as a whole) comes from its curve to its pay, for the whole or for one transaction.
with incentives as (
    select plan_id, component_id, position_id, payee_id, period_id, plan_version, currency_code, rounding_digits
    from incentives.incentives
),

plan_totals as (
    select plan_id, position_id, payee_id, period_id, plan_version, currency_code, rounding_digits
    from incentives.plan_totals
),

component_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, step_number, step_name, operation, value_in, operand, value_out, from_value, from_output,
        to_value, to_output, subject_id, subject_value, rounding_mode, words
    from incentives._component_steps
),

transaction_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out, from_value, from_output,
        to_value, to_output, subject_id, subject_value, rounding_mode, words
    from incentives._transaction_steps
),

plan_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, step_number, step_name, operation, value_in, operand, value_out, from_value, from_output,
        to_value, to_output, subject_id, subject_value, rounding_mode, words
    from incentives._plan_steps
),

factors as (
    select
        plan_id, component_id, position_id, payee_id, period_id, multiplier_number, by_component_id, looked_up_value,
        tier_number, line_from_value, output_from, line_to_value, output_to, factor_rate
    from incentives._factors
    where factor_rate is not null
),

paid as (
    select plan_id, component_id, position_id, payee_id, period_id, plan_version, currency_code, rounding_digits
    from incentives
    union all
    select plan_id, '' as component_id, position_id, payee_id, period_id, plan_version, currency_code, rounding_digits
    from plan_totals
),

steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, '' as basis_key, step_number, step_name, operation, value_in, operand, value_out, from_value, from_output,
        to_value, to_output, subject_id, subject_value, rounding_mode, words
    from component_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out, from_value, from_output,
        to_value, to_output, subject_id, subject_value, rounding_mode, words
    from transaction_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, '' as basis_key, step_number, step_name, operation, value_in, operand, value_out, from_value, from_output,
        to_value, to_output, subject_id, subject_value, rounding_mode, words
    from plan_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, '' as basis_key,
        case when component_id = '' then 3100 else 1100 end + 2 * multiplier_number as step_number,
        'factor' as step_name, case when line_from_value is null then 'look_up' else 'interpolate' end as operation,
        looked_up_value as value_in, cast(null as decimal(38, 10)) as operand, factor_rate as value_out,
        line_from_value as from_value,
        case when line_from_value is null then null else output_from end as from_output,
        line_to_value as to_value,
        case when line_from_value is null then null else output_to end as to_output,
        by_component_id as subject_id, looked_up_value as subject_value, '' as rounding_mode,
        case
            when tier_number is null then 'factor of ' || by_component_id || ', below the first border'
            when line_from_value is null then 'factor of ' || by_component_id
            else 'factor of ' || by_component_id || ', on the line from ' || cast(output_from as varchar) || ' to '
                || cast(output_to as varchar)
        end as words
    from factors
)

select
    steps.plan_id,
    steps.component_id,
    steps.position_id,
    steps.payee_id,
    steps.period_id,
    steps.basis_key,
    cast(steps.step_number as bigint) as step_number,
    steps.step_name,
    steps.operation,
    steps.value_in,
    steps.operand,
    steps.value_out,
    steps.from_value,
    steps.from_output,
    -- A share of a pot is that of its points in all points.
    case
        when steps.step_name = 'pool'
            then sum(case when steps.step_name = 'pool' then greatest(steps.value_in, 0.0000000000) else 0.0 end) over (
                partition by steps.plan_id, steps.component_id, steps.period_id, steps.subject_id, steps.step_name
            )
        else steps.to_value
    end as to_value,
    steps.to_output,
    steps.subject_id,
    steps.subject_value,
    steps.rounding_mode,
    case when steps.rounding_mode = '' then 0 else paid.rounding_digits end as rounding_digits,
    paid.currency_code,
    paid.plan_version,
    case
        when steps.step_name <> 'rounding' then steps.words
        else 'to ' || case paid.rounding_digits
            when 4 then '0.0001'
            when 3 then '0.001'
            when 2 then '0.01'
            when 1 then '0.1'
            when 0 then '1'
            when -1 then '10'
            when -2 then '100'
            when -3 then '1000'
            else cast(paid.rounding_digits as varchar) || ' digits,'
        end || ' ' || paid.currency_code
            || case when paid.rounding_digits = 4 and steps.component_id <> '' then ', for the plan to round' else '' end
    end as words
from steps
inner join paid
    on steps.plan_id = paid.plan_id
    and steps.component_id = paid.component_id
    and steps.position_id = paid.position_id
    and steps.payee_id = paid.payee_id
    and steps.period_id = paid.period_id
