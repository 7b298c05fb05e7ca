-- One row per step by which a payee's component (empty: the plan as a whole) came to its pay in a period; the steps recompute it exactly.
with basis_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation, value_in,
        operand, value_out, from_value, from_output, to_value, to_output, rounding_mode, rounding_digits, words
    from incentives.basis_steps
),

modifiers as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation, value_in,
        operand, value_out, from_value, from_output, to_value, to_output, rounding_mode, rounding_digits, words
    from incentives.modifiers
    where value_out is not null
),

plans as (
    select plan_id, plan_version, currency_code
    from conformed.plan_plans
),

clauses as (
    select plan_id, component_id, document_file, document_line
    from conformed.plan_components
    union all
    select plan_id, '' as component_id, document_file, document_line
    from conformed.plan_plans
),

-- The curve is what its tiers add up to; from there on, the modifiers tell each step.
steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation, value_in,
        operand, value_out, from_value, from_output, to_value, to_output, rounding_mode, rounding_digits, words
    from basis_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name,
        case when step_number = 1000 then 'sum_of_tiers' else operation end as operation,
        case when step_number = 1000 then null else value_in end as value_in,
        operand, value_out, from_value, from_output, to_value, to_output, rounding_mode, rounding_digits, words
    from modifiers
)

select
    steps.payee_id,
    steps.period_id,
    steps.plan_id,
    steps.component_id,
    steps.position_id,
    steps.basis_key,
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
    steps.rounding_mode,
    steps.rounding_digits,
    plans.currency_code,
    steps.words,
    plans.plan_version,
    clauses.document_file,
    clauses.document_line
from steps
inner join plans on steps.plan_id = plans.plan_id
inner join clauses
    on steps.plan_id = clauses.plan_id
    and steps.component_id = clauses.component_id
