-- One row per payable measure of a payee: what its curve is asked, what it is applied to, and the payee's terms.
with measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, window_kind, currency_code,
        measured_value, target_value, attainment_rate, period_value, not_payable_reason
    from attainment.measures
    where payee_id <> '' and not_payable_reason is null
),

eligibility as (
    select
        plan_id, position_id, payee_id, period_id, window_kind, eligible_incentive_amount, pay_rate, commission_rate,
        lacks_target_incentive, has_other_currency
    from attainment.eligibility
),

components as (
    select
        plan_id, component_id, component_number, weight_rate, axis, lookup, output, timing, below, rate_source,
        cap_of, cap_at
    from conformed.plan_components
),

plans as (
    select plan_id, earning_code, target_incentive_source, rounding_mode, rounding_digits
    from conformed.plan_plans
),

gates as (
    select plan_id, component_id, gate_component_id, at_least_rate, evaluated, later, otherwise_rate
    from conformed.plan_gates
),

gate_measures as (
    select plan_id, component_id, position_id, payee_id, period_id, attainment_rate, period_attainment_rate
    from attainment.measures
    where payee_id <> ''
),

asked as (
    select
        measures.plan_id, measures.component_id, measures.position_id, measures.payee_id, measures.period_id,
        measures.plan_version, measures.is_complete, measures.window_kind, measures.currency_code,
        measures.measured_value, measures.target_value, measures.attainment_rate,
        components.component_number, components.weight_rate, components.axis, components.lookup, components.output,
        components.timing, components.below, components.rate_source, components.cap_of, components.cap_at,
        plans.earning_code, plans.rounding_mode, plans.rounding_digits,
        case when components.timing = 'running_rate' then measures.period_value else measures.measured_value end as basis_value,
        case when components.axis = 'attainment' then measures.attainment_rate else measures.measured_value end as axis_value,
        case when components.timing = 'running_rate' then 'period' else measures.window_kind end as terms_window_kind,
        -- Terms that the component needs from the roster.
        case
            when plans.target_incentive_source = 'roster' and components.output = 'percent_of_target_incentive' then true
            else false
        end as needs_target_incentive,
        gates.gate_component_id, gates.at_least_rate, gates.evaluated as gate_evaluated, gates.later as gate_later,
        gates.otherwise_rate,
        case
            when gates.evaluated = 'period' then gate_measures.period_attainment_rate
            else gate_measures.attainment_rate
        end as gate_attainment_rate
    from measures
    inner join components
        on measures.plan_id = components.plan_id
        and measures.component_id = components.component_id
    inner join plans on measures.plan_id = plans.plan_id
    left join gates
        on measures.plan_id = gates.plan_id
        and measures.component_id = gates.component_id
    left join gate_measures
        on gates.plan_id = gate_measures.plan_id
        and gates.gate_component_id = gate_measures.component_id
        and measures.position_id = gate_measures.position_id
        and measures.payee_id = gate_measures.payee_id
        and measures.period_id = gate_measures.period_id
)

select
    asked.plan_id,
    asked.component_id,
    asked.position_id,
    asked.payee_id,
    asked.period_id,
    asked.plan_version,
    asked.is_complete,
    asked.component_number,
    asked.earning_code,
    asked.currency_code,
    asked.window_kind,
    asked.lookup,
    asked.output,
    asked.timing,
    asked.below,
    asked.axis,
    asked.measured_value,
    asked.target_value,
    asked.attainment_rate,
    cast(asked.basis_value as decimal(38, 10)) as basis_value,
    cast(asked.axis_value as decimal(38, 10)) as axis_value,
    -- Minus one where the curve is mirrored, so that a return takes back what its sale gave.
    case when asked.below = 'mirror' and asked.axis_value < 0.0 then -1 else 1 end as mirror_sign,
    asked.weight_rate,
    case when asked.output = 'percent_of_target_incentive' then eligibility.eligible_incentive_amount else null end
        as eligible_incentive_amount,
    case when asked.output = 'percent_of_target_incentive' then null else eligibility.pay_rate end as pay_rate,
    case when asked.rate_source = 'roster' then eligibility.commission_rate else null end as commission_rate,
    asked.cap_of,
    asked.cap_at,
    asked.gate_component_id,
    asked.gate_evaluated,
    asked.gate_later,
    asked.gate_attainment_rate,
    case
        when asked.gate_component_id is null then null
        when asked.gate_attainment_rate >= asked.at_least_rate then 1.000000
        else asked.otherwise_rate
    end as gate_rate,
    case
        when asked.gate_component_id is null then 'none'
        when asked.timing = 'true_up' and (asked.gate_evaluated = 'period' or asked.gate_later <> 'reverse') then 'increase'
        else 'total'
    end as gate_acts_on,
    asked.rounding_mode,
    asked.rounding_digits,
    case
        when eligibility.has_other_currency and (asked.needs_target_incentive or asked.rate_source = 'roster')
            then 'terms_in_other_currency'
        when asked.needs_target_incentive and eligibility.lacks_target_incentive then 'missing_target_incentive'
        when asked.rate_source = 'roster' and eligibility.commission_rate is null then 'missing_commission_rate'
        when asked.gate_component_id is not null and asked.gate_attainment_rate is null then 'gate_without_attainment'
        else null
    end as not_payable_reason
from asked
inner join eligibility
    on asked.plan_id = eligibility.plan_id
    and asked.position_id = eligibility.position_id
    and asked.payee_id = eligibility.payee_id
    and asked.period_id = eligibility.period_id
    and asked.terms_window_kind = eligibility.window_kind
