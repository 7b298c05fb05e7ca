-- One row per step by which a payee's component (empty: the plan as a whole) came to its pay in a period, and by which that came to the payment of the run; the steps recompute it exactly.
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

source_steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation, value_in,
        operand, value_out, origin_period_id, reference_id, words
    from incentives.source_steps
),

pay_steps as (
    select
        payee_id, plan_id, period_id, basis_key, step_number, step_name, operation, value_in, operand, value_out,
        from_value, to_value, rounding_mode, rounding_digits, cause, origin_period_id, reference_id, reference_date,
        exchange_rate_id, exchange_rate, currency_code, words
    from incentives.pay_steps
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
        operand, value_out, cast(null as decimal(38, 10)) as from_value, cast(null as decimal(38, 10)) as from_output,
        cast(null as decimal(38, 10)) as to_value, cast(null as decimal(38, 10)) as to_output, '' as rounding_mode,
        0 as rounding_digits, origin_period_id, reference_id, words
    from source_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name, operation, value_in,
        operand, value_out, from_value, from_output, to_value, to_output, rounding_mode, rounding_digits,
        period_id as origin_period_id, cast(null as varchar) as reference_id, words
    from basis_steps
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, step_number, step_name,
        case when step_number = 1000 then 'sum_of_tiers' else operation end as operation,
        case when step_number = 1000 then null else value_in end as value_in,
        operand, value_out, from_value, from_output, to_value, to_output, rounding_mode, rounding_digits,
        period_id as origin_period_id, cast(null as varchar) as reference_id, words
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
    '' as cause,
    steps.origin_period_id,
    steps.reference_id,
    cast(null as date) as reference_date,
    cast(null as varchar) as exchange_rate_id,
    cast(null as decimal(28, 12)) as exchange_rate,
    steps.words,
    plans.plan_version,
    clauses.document_file,
    clauses.document_line
from steps
inner join plans on steps.plan_id = plans.plan_id
inner join clauses
    on steps.plan_id = clauses.plan_id
    and steps.component_id = clauses.component_id
union all
-- What becomes of the pay is told plan by plan, and the payment for all plans together.
select
    pay_steps.payee_id,
    pay_steps.period_id,
    pay_steps.plan_id,
    '' as component_id,
    '' as position_id,
    pay_steps.basis_key,
    pay_steps.step_number,
    pay_steps.step_name,
    pay_steps.operation,
    pay_steps.value_in,
    pay_steps.operand,
    pay_steps.value_out,
    pay_steps.from_value,
    cast(null as decimal(38, 10)) as from_output,
    pay_steps.to_value,
    cast(null as decimal(38, 10)) as to_output,
    pay_steps.rounding_mode,
    pay_steps.rounding_digits,
    pay_steps.currency_code,
    pay_steps.cause,
    pay_steps.origin_period_id,
    pay_steps.reference_id,
    pay_steps.reference_date,
    pay_steps.exchange_rate_id,
    pay_steps.exchange_rate,
    pay_steps.words,
    coalesce(plans.plan_version, '') as plan_version,
    coalesce(clauses.document_file, '') as document_file,
    coalesce(clauses.document_line, 0) as document_line
from pay_steps
left join plans on pay_steps.plan_id = plans.plan_id
left join clauses
    on pay_steps.plan_id = clauses.plan_id
    and clauses.component_id = ''
