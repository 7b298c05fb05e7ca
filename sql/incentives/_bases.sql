-- One row per payable measure of a payee and what its curve is asked, once for a period or window, else for each transaction; with the payee's terms.
with measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, window_kind, currency_code,
        measured_value, target_value, attainment_rate, period_value, not_payable_reason
    from attainment.measures
    where payee_id <> '' and not_payable_reason is null
),

second_measures as (
    select
        plan_id, component_id as second_component_id, position_id, payee_id, period_id, measured_value, attainment_rate
    from attainment.measures
    where payee_id <> ''
),

eligibility as (
    select
        plan_id, position_id, payee_id, period_id, window_kind, eligible_incentive_amount, pay_rate, commission_rate,
        lacks_target_incentive, has_other_currency
    from attainment.eligibility
),

components as (
    select
        plan_id, component_id, component_number, weight_rate, axis, basis, lookup, output, timing, below, rate_source,
        running_by, second_component_id, second_axis, tie_pay, cap_of, cap_at, cap_excess, cap_holds, floor_of, floor_at,
        floor_holds
    from conformed.plan_components
    where pay_kind <> 'none'
),

plans as (
    select plan_id, earning_code, target_incentive_source, rounding_at, rounding_mode, rounding_digits
    from conformed.plan_plans
),

pools as (
    select plan_id, component_id
    from conformed.plan_pools
),

curves as (
    select plan_id, component_id, curve_id, scope_kind, scope_key
    from conformed.plan_curves
    where curve_kind = 'payout' and scope_kind <> 'all'
),

positions as (
    select position_id, role_id, unit_id
    from conformed.positions
),

gates as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_count, gate_component_id, gate_value,
        gate_evaluated, gate_later, is_alike, has_too_many, gate_rate
    from incentives._gate_products
),

multipliers as (
    select plan_id, component_id, position_id, payee_id, period_id, multiplier_count, lacks_value, has_too_many
    from incentives._multipliers
),

asked as (
    select
        measures.plan_id, measures.component_id, measures.position_id, measures.payee_id, measures.period_id,
        measures.plan_version, measures.is_complete, measures.window_kind, measures.currency_code,
        measures.measured_value, measures.target_value, measures.attainment_rate, measures.period_value,
        components.component_number, components.weight_rate, components.axis, components.basis, components.lookup,
        components.output, components.timing, components.running_by, components.below, components.rate_source,
        components.cap_of, components.cap_at, components.cap_excess, components.cap_holds, components.floor_of,
        components.floor_at, components.floor_holds,
        plans.earning_code, plans.rounding_at, plans.rounding_mode, plans.rounding_digits,
        components.second_component_id,
        case
            when components.second_axis = 'attainment' then cast(second_measures.attainment_rate as decimal(38, 10))
            else second_measures.measured_value
        end as second_value,
        case when components.timing = 'running_rate' then measures.period_value else measures.measured_value end as basis_value,
        case when components.axis = 'attainment' then measures.attainment_rate else measures.measured_value end as axis_value,
        case
            when components.timing = 'running_rate' or components.basis = 'transaction' then 'period'
            else measures.window_kind
        end as terms_window_kind,
        -- Terms that the component needs from the roster.
        case
            when plans.target_incentive_source <> 'roster' then false
            when components.output = 'percent_of_target_incentive' or components.rate_source = 'per_target' then true
            when components.cap_of = 'target_incentive' or components.floor_of = 'target_incentive' then true
            else false
        end as needs_target_incentive,
        case
            when components.output = 'percent_of_target_incentive' or components.rate_source = 'per_target' then true
            else false
        end as pays_target_incentive,
        pools.component_id as pool_component_id,
        gates.gate_count, gates.gate_component_id, gates.gate_value, gates.gate_evaluated, gates.gate_later,
        gates.is_alike as has_like_gates, gates.has_too_many as has_too_many_gates, gates.gate_rate,
        multipliers.multiplier_count, multipliers.lacks_value as lacks_multiplier_value,
        multipliers.has_too_many as has_too_many_multipliers,
        payee_curves.curve_id as payee_curve_id, position_curves.curve_id as position_curve_id,
        unit_curves.curve_id as unit_curve_id, role_curves.curve_id as role_curve_id
    from measures
    inner join components
        on measures.plan_id = components.plan_id
        and measures.component_id = components.component_id
    inner join plans on measures.plan_id = plans.plan_id
    left join positions on measures.position_id = positions.position_id
    left join pools
        on measures.plan_id = pools.plan_id
        and measures.component_id = pools.component_id
    left join second_measures
        on components.plan_id = second_measures.plan_id
        and components.second_component_id = second_measures.second_component_id
        and measures.position_id = second_measures.position_id
        and measures.payee_id = second_measures.payee_id
        and measures.period_id = second_measures.period_id
    left join gates
        on measures.plan_id = gates.plan_id
        and measures.component_id = gates.component_id
        and measures.position_id = gates.position_id
        and measures.payee_id = gates.payee_id
        and measures.period_id = gates.period_id
    left join multipliers
        on measures.plan_id = multipliers.plan_id
        and measures.component_id = multipliers.component_id
        and measures.position_id = multipliers.position_id
        and measures.payee_id = multipliers.payee_id
        and measures.period_id = multipliers.period_id
    left join curves as payee_curves
        on measures.plan_id = payee_curves.plan_id
        and measures.component_id = payee_curves.component_id
        and measures.payee_id = payee_curves.scope_key
        and payee_curves.scope_kind = 'payee'
    left join curves as position_curves
        on measures.plan_id = position_curves.plan_id
        and measures.component_id = position_curves.component_id
        and measures.position_id = position_curves.scope_key
        and position_curves.scope_kind = 'position'
    left join curves as unit_curves
        on measures.plan_id = unit_curves.plan_id
        and measures.component_id = unit_curves.component_id
        and positions.unit_id = unit_curves.scope_key
        and unit_curves.scope_kind = 'unit'
    left join curves as role_curves
        on measures.plan_id = role_curves.plan_id
        and measures.component_id = role_curves.component_id
        and positions.role_id = role_curves.scope_key
        and role_curves.scope_kind = 'role'
)

select
    asked.plan_id,
    asked.component_id,
    asked.position_id,
    asked.payee_id,
    asked.period_id,
    '' as basis_key,
    1 as basis_number,
    cast(null as date) as booking_date,
    asked.plan_version,
    asked.is_complete,
    asked.component_number,
    asked.earning_code,
    asked.currency_code,
    asked.window_kind,
    asked.basis,
    asked.lookup,
    asked.output,
    asked.timing,
    asked.running_by,
    asked.below,
    asked.axis,
    asked.rate_source,
    asked.measured_value,
    asked.target_value,
    asked.attainment_rate,
    asked.period_value,
    cast(asked.basis_value as decimal(38, 10)) as basis_value,
    cast(asked.axis_value as decimal(38, 10)) as axis_value,
    asked.second_value,
    cast(null as decimal(38, 10)) as running_before_value,
    cast(null as decimal(38, 10)) as running_after_value,
    1 as shared_place_count,
    cast(null as decimal(18, 6)) as product_rate,
    false as is_chained,
    -- Minus one where the curve is mirrored, so that a return takes back what its sale gave.
    case when asked.below = 'mirror' and asked.axis_value < 0.0 then -1 else 1 end as mirror_sign,
    -- Of the curves that override the component's, the most specific for the seat wins.
    coalesce(
        asked.payee_curve_id, asked.position_curve_id, asked.unit_curve_id, asked.role_curve_id, asked.component_id
    ) as curve_id,
    case
        when asked.payee_curve_id is not null then 'payee'
        when asked.position_curve_id is not null then 'position'
        when asked.unit_curve_id is not null then 'unit'
        when asked.role_curve_id is not null then 'role'
        else 'component'
    end as curve_level,
    asked.weight_rate,
    case when asked.pays_target_incentive then eligibility.eligible_incentive_amount else null end
        as eligible_incentive_amount,
    case when asked.pays_target_incentive then null else eligibility.pay_rate end as pay_rate,
    case when asked.rate_source = 'roster' then eligibility.commission_rate else null end as commission_rate,
    asked.cap_of,
    asked.cap_at,
    asked.cap_excess,
    asked.cap_holds,
    asked.floor_of,
    asked.floor_at,
    asked.floor_holds,
    -- What one hundred per cent of the component is, for limits that are multiples of it.
    case
        when asked.cap_of = 'target_incentive' or asked.floor_of = 'target_incentive'
            then times(coalesce(asked.weight_rate, 1.000000), eligibility.eligible_incentive_amount)
        else null
    end as limit_incentive_amount,
    coalesce(asked.gate_count, 0) as gate_count,
    asked.gate_component_id,
    asked.gate_evaluated,
    asked.gate_later,
    asked.gate_value as gate_attainment_rate,
    asked.gate_rate,
    case
        when asked.gate_component_id is null then 'none'
        when asked.timing = 'true_up' and (asked.gate_evaluated = 'period' or asked.gate_later <> 'reverse') then 'increase'
        else 'total'
    end as gate_acts_on,
    coalesce(asked.multiplier_count, 0) as multiplier_count,
    asked.rounding_at,
    -- Where only the plan rounds, a component is shown to four decimals.
    case when asked.rounding_at = 'plan' then 'half_up' else asked.rounding_mode end as rounding_mode,
    case when asked.rounding_at = 'plan' then 4 else asked.rounding_digits end as rounding_digits,
    case
        when eligibility.has_other_currency and (asked.needs_target_incentive or asked.rate_source = 'roster')
            then 'terms_in_other_currency'
        when asked.needs_target_incentive and eligibility.lacks_target_incentive then 'missing_target_incentive'
        when asked.rate_source = 'roster' and eligibility.commission_rate is null then 'missing_commission_rate'
        when asked.rate_source = 'per_target'
            and (asked.target_value is null or (asked.target_value = 0.0 and asked.attainment_rate <> 0.0))
            then 'no_target_to_pay_by'
        when asked.second_component_id is not null and asked.second_value is null then 'second_axis_without_value'
        when asked.gate_component_id is not null and asked.gate_rate is null then 'gate_without_attainment'
        when asked.lacks_multiplier_value then 'multiplier_without_value'
        when asked.has_too_many_gates or asked.has_too_many_multipliers then 'too_many_modifiers'
        when not asked.has_like_gates then 'gates_act_differently'
        when asked.cap_excess = 'defer' and asked.timing = 'true_up' and asked.gate_component_id is not null
            and (asked.gate_evaluated = 'period' or asked.gate_later <> 'reverse') then 'deferral_behind_gate'
        when asked.cap_excess = 'defer' and asked.cap_holds = 'transaction' then 'deferral_of_transactions'
        when asked.pool_component_id is not null and asked.timing = 'true_up' then 'pool_of_a_window'
        else null
    end as not_payable_reason
from asked
inner join eligibility
    on asked.plan_id = eligibility.plan_id
    and asked.position_id = eligibility.position_id
    and asked.payee_id = eligibility.payee_id
    and asked.period_id = eligibility.period_id
    and asked.terms_window_kind = eligibility.window_kind
