-- One row per step by which a component's terms and target come from what its window counts, part by part.
with incentives as (
    select plan_id, component_id, position_id, payee_id, period_id, window_kind, target_value
    from incentives.incentives
),

credit_parts as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, part_period_id, base_period_id,
        counted_position_id, counted_value, credit_count
    from attainment.credit_parts
),

stated_parts as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, part_period_id, counted_period_id,
        term_source, figure_id, part_value
    from attainment.stated_parts
    where part_value is not null
),

target_parts as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, part_period_id, span_id, target_level,
        target_set_id, product_scope_kind, product_scope_key, measure_unit, target_amount, ramp_rate,
        target_day_count, period_day_count, target_part_rate, part_amount
    from attainment.target_parts
    where target_amount is not null
),

targets as (
    select
        target_parts.plan_id, target_parts.component_id, target_parts.position_id, target_parts.payee_id,
        target_parts.period_id, target_parts.part_period_id, target_parts.span_id, target_parts.target_level,
        target_parts.target_set_id,
        target_parts.product_scope_kind, target_parts.product_scope_key, target_parts.measure_unit,
        target_parts.target_amount, target_parts.ramp_rate, target_parts.target_day_count,
        target_parts.period_day_count, target_parts.target_part_rate, target_parts.part_amount,
        times(target_parts.target_amount, target_parts.ramp_rate) as ramped_amount,
        'target/' || target_parts.part_period_id as basis_key
    from target_parts
    inner join incentives
        on target_parts.plan_id = incentives.plan_id
        and target_parts.component_id = incentives.component_id
        and target_parts.position_id = incentives.position_id
        and target_parts.payee_id = incentives.payee_id
        and target_parts.period_id = incentives.period_id
        and target_parts.window_kind = incentives.window_kind
    where incentives.target_value is not null
),

paid_credits as (
    select
        credit_parts.plan_id, credit_parts.component_id, credit_parts.term_number, credit_parts.position_id,
        credit_parts.payee_id, credit_parts.period_id, credit_parts.part_period_id, credit_parts.base_period_id,
        credit_parts.counted_position_id, credit_parts.counted_value, credit_parts.credit_count
    from credit_parts
    inner join incentives
        on credit_parts.plan_id = incentives.plan_id
        and credit_parts.component_id = incentives.component_id
        and credit_parts.position_id = incentives.position_id
        and credit_parts.payee_id = incentives.payee_id
        and credit_parts.period_id = incentives.period_id
),

credits as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, base_period_id, counted_position_id,
        counted_value, credit_count,
        row_number() over (
            partition by plan_id, component_id, term_number, position_id, payee_id, period_id
            order by part_period_id, base_period_id
        ) as part_number
    from paid_credits
),

paid_statements as (
    select
        stated_parts.plan_id, stated_parts.component_id, stated_parts.term_number, stated_parts.position_id,
        stated_parts.payee_id, stated_parts.period_id, stated_parts.part_period_id, stated_parts.counted_period_id,
        stated_parts.term_source, stated_parts.figure_id, stated_parts.part_value
    from stated_parts
    inner join incentives
        on stated_parts.plan_id = incentives.plan_id
        and stated_parts.component_id = incentives.component_id
        and stated_parts.position_id = incentives.position_id
        and stated_parts.payee_id = incentives.payee_id
        and stated_parts.period_id = incentives.period_id
),

stated as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, counted_period_id, term_source,
        figure_id, part_value,
        row_number() over (
            partition by plan_id, component_id, term_number, position_id, payee_id, period_id
            order by part_period_id, counted_period_id
        ) as part_number
    from paid_statements
),

steps as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        'term/' || cast(term_number as varchar) as basis_key, part_number as step_number, 'counted' as step_name,
        'sum_of_credits' as operation, cast(null as decimal(38, 10)) as value_in,
        cast(credit_count as decimal(38, 10)) as operand, cast(counted_value as decimal(38, 10)) as value_out,
        base_period_id as origin_period_id, counted_position_id as reference_id,
        'credits of ' || base_period_id
            || case
                when counted_position_id = position_id then ''
                when counted_position_id = '*' then ', all positions'
                else ', position ' || counted_position_id
            end as words
    from credits
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id,
        'term/' || cast(term_number as varchar) as basis_key, part_number as step_number, 'stated' as step_name,
        'take' as operation, cast(null as decimal(38, 10)) as value_in, cast(null as decimal(38, 10)) as operand,
        cast(part_value as decimal(38, 10)) as value_out, counted_period_id as origin_period_id,
        figure_id as reference_id,
        case
            when term_source = 'calls' then 'calls of ' || counted_period_id
            when term_source = 'scores' then 'score `' || figure_id || '` of ' || counted_period_id
            else 'figure `' || figure_id || '` of ' || counted_period_id
        end as words
    from stated
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 1 as step_number,
        'stated_target' as step_name, 'take' as operation, cast(null as decimal(38, 10)) as value_in,
        cast(null as decimal(38, 10)) as operand, cast(target_amount as decimal(38, 10)) as value_out,
        part_period_id as origin_period_id, target_set_id as reference_id,
        case
            when target_level = 'set'
                then 'target set `' || target_set_id || '`, ' || span_id
                    || case
                        when product_scope_kind = 'all' then ''
                        else ', ' || product_scope_kind || ' ' || product_scope_key
                    end
            when target_level = 'amount' then 'target that the plan states, ' || span_id
            else 'target that the plan states for the ' || target_level || ', ' || span_id
        end as words
    from targets
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 2 as step_number, 'ramp' as step_name,
        'times' as operation, cast(target_amount as decimal(38, 10)) as value_in,
        cast(ramp_rate as decimal(38, 10)) as operand, cast(ramped_amount as decimal(38, 10)) as value_out,
        part_period_id as origin_period_id, cast(null as varchar) as reference_id,
        'part that is asked of a new payee' as words
    from targets
    where ramp_rate <> 1.0
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 3 as step_number,
        'target_days' as step_name, 'quotient' as operation,
        cast(target_day_count as decimal(38, 10)) as value_in, cast(period_day_count as decimal(38, 10)) as operand,
        cast(target_part_rate as decimal(38, 10)) as value_out, part_period_id as origin_period_id,
        cast(null as varchar) as reference_id, 'days held of the days of ' || part_period_id as words
    from targets
    where target_day_count is not null
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, 4 as step_number,
        'target_part' as step_name, 'times' as operation, cast(ramped_amount as decimal(38, 10)) as value_in,
        cast(target_part_rate as decimal(38, 10)) as operand, cast(part_amount as decimal(38, 10)) as value_out,
        part_period_id as origin_period_id, cast(null as varchar) as reference_id,
        'target for ' || part_period_id as words
    from targets
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    basis_key,
    cast(step_number as bigint) as step_number,
    step_name,
    operation,
    value_in,
    operand,
    value_out,
    origin_period_id,
    reference_id,
    words
from steps
