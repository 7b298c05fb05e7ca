-- One row per payable measure of a payee and what its curve is asked, once for a period or window, else for each transaction; with the payee's terms.
with measures as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, window_kind, currency_code,
        weight_rate, weight_level, measured_value, target_value, attainment_rate, period_value, period_target_value,
        period_attainment_rate, place, tie_count, not_payable_reason
    from attainment.measures
    where payee_id <> '' and not_payable_reason is null
),

second_measures as (
    select
        plan_id, component_id as second_component_id, position_id, payee_id, period_id, measured_value, attainment_rate
    from attainment.measures
    where payee_id <> ''
),

transaction_values as (
    select
        plan_id, component_id, position_id, payee_id, period_id, basis_key, booking_date, product_id, basis_amount
    from attainment.transaction_values
    where payee_id <> ''
),

products as (
    select product_id, brand_id, category_id
    from conformed.products
),

rates as (
    select plan_id, component_id, product_scope_kind, product_scope_key, rate_value
    from conformed.plan_rates
),

eligibility as (
    select
        plan_id, position_id, payee_id, period_id, window_kind, eligible_incentive_amount, pay_rate, commission_rate,
        lacks_target_incentive, has_other_currency
    from attainment.eligibility
),

components as (
    select
        plan_id, component_id, component_number, axis, basis, lookup, output, timing, below, rate_source, running_by,
        second_component_id, second_axis, tie_pay, cap_of, cap_at, cap_excess, cap_holds, floor_of, floor_at,
        floor_holds, attainment_kind, attainment_mode,
        -- Digits of the attainment, as what a value is multiplied by before it is rounded, and what by after.
        case
            when attainment_digits = 0 then 1
            when attainment_digits = 1 then 10
            when attainment_digits = 2 then 100
            when attainment_digits = 3 then 1000
            when attainment_digits = 4 then 10000
            when attainment_digits = 5 then 100000
            else 1000000
        end as digits_factor,
        case
            when attainment_digits = 0 then 1.000000
            when attainment_digits = 1 then 0.100000
            when attainment_digits = 2 then 0.010000
            when attainment_digits = 3 then 0.001000
            when attainment_digits = 4 then 0.000100
            when attainment_digits = 5 then 0.000010
            else 0.000001
        end as digits_unit,
        case when attainment_kind = 'index' then 100 else 1 end as kind_factor
    from conformed.plan_components
    where pay_kind <> 'none'
),

plans as (
    select
        plan_id, earning_code, target_incentive_source, rounding_at, rounding_mode, rounding_digits, cap_of, cap_span,
        floor_of, floor_span
    from conformed.plan_plans
),

pools as (
    select plan_id, component_id, pool_rate, cohort
    from conformed.plan_pools
),

pots as (
    select plan_id, component_id, period_id, cohort_id, pool_amount
    from incentives._pots
),

curves as (
    select plan_id, component_id, curve_id, scope_kind, scope_key
    from conformed.plan_curves
    where curve_kind = 'payout' and scope_kind <> 'all'
),

positions as (
    select position_id, role_id, unit_id, team_id
    from conformed.positions
),

gates as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_count, gate_component_id, gate_value,
        gate_evaluated, gate_later, gate_acts_on, gate_rate
    from incentives._gate_products
),

multipliers as (
    select plan_id, component_id, position_id, payee_id, period_id, multiplier_count, lacks_value
    from incentives._multipliers
),

-- Transactions stand in the order of their booking dates and keys; the most specific rate of a product counts.
transactions as (
    select
        transaction_values.plan_id, transaction_values.component_id, transaction_values.position_id,
        transaction_values.payee_id, transaction_values.period_id, transaction_values.basis_key,
        transaction_values.booking_date, transaction_values.basis_amount,
        coalesce(product_rates.rate_value, brand_rates.rate_value, category_rates.rate_value, all_rates.rate_value)
            as product_rate,
        row_number() over (
            partition by
                transaction_values.plan_id, transaction_values.component_id, transaction_values.position_id,
                transaction_values.payee_id, transaction_values.period_id
            order by transaction_values.booking_date, transaction_values.basis_key
        ) as basis_number,
        sum(transaction_values.basis_amount) over (
            partition by
                transaction_values.plan_id, transaction_values.component_id, transaction_values.position_id,
                transaction_values.payee_id, transaction_values.period_id
            order by transaction_values.booking_date, transaction_values.basis_key
            rows between unbounded preceding and current row
        ) as running_amount
    from transaction_values
    left join products on transaction_values.product_id = products.product_id
    left join rates as product_rates
        on transaction_values.plan_id = product_rates.plan_id
        and transaction_values.component_id = product_rates.component_id
        and transaction_values.product_id = product_rates.product_scope_key
        and product_rates.product_scope_kind = 'product'
    left join rates as brand_rates
        on transaction_values.plan_id = brand_rates.plan_id
        and transaction_values.component_id = brand_rates.component_id
        and products.brand_id = brand_rates.product_scope_key
        and brand_rates.product_scope_kind = 'brand'
    left join rates as category_rates
        on transaction_values.plan_id = category_rates.plan_id
        and transaction_values.component_id = category_rates.component_id
        and products.category_id = category_rates.product_scope_key
        and category_rates.product_scope_kind = 'category'
    left join rates as all_rates
        on transaction_values.plan_id = all_rates.plan_id
        and transaction_values.component_id = all_rates.component_id
        and all_rates.product_scope_kind = 'all'
),

unrated as (
    select plan_id, component_id, position_id, payee_id, period_id
    from transactions
    where product_rate is null
    group by plan_id, component_id, position_id, payee_id, period_id
),

asked as (
    select
        measures.plan_id, measures.component_id, measures.position_id, measures.payee_id, measures.period_id,
        measures.plan_version, measures.is_complete, measures.window_kind, measures.currency_code,
        measures.measured_value, measures.target_value, measures.attainment_rate, measures.period_value,
        measures.weight_rate, measures.weight_level, measures.place,
        components.component_number, components.axis, components.basis, components.lookup,
        components.output, components.timing, components.running_by, components.below, components.rate_source,
        components.cap_of, components.cap_at, components.cap_excess, components.cap_holds, components.floor_of,
        components.floor_at, components.floor_holds,
        plans.earning_code, plans.rounding_at, plans.rounding_mode, plans.rounding_digits,
        components.second_component_id,
        case
            when components.second_axis = 'attainment' then cast(second_measures.attainment_rate as decimal(38, 10))
            else second_measures.measured_value
        end as second_value,
        components.attainment_kind, components.attainment_mode, components.digits_factor, components.digits_unit,
        components.kind_factor,
        case when components.timing = 'running_rate' then measures.period_value else measures.measured_value end
            as whole_value,
        -- A rate of the target has the terms and the target of one span: where the period is paid, the period's.
        case when components.timing = 'running_rate' then measures.period_target_value else measures.target_value end
            as rate_target_value,
        case
            when components.timing = 'running_rate' then measures.period_attainment_rate
            else measures.attainment_rate
        end as rate_attainment_rate,
        case
            when components.axis = 'rank' and components.tie_pay = 'shared_mean' then coalesce(measures.tie_count, 1)
            else 1
        end as shared_place_count,
        case when components.basis = 'transaction' or components.running_by = 'transaction' then true else false end
            as is_by_transaction,
        case
            when components.timing = 'running_rate' or components.basis = 'transaction' then 'period'
            else measures.window_kind
        end as terms_window_kind,
        -- Terms that the component needs from the roster.
        case
            when plans.target_incentive_source <> 'roster' then false
            when components.output = 'percent_of_target_incentive' or components.rate_source = 'per_target' then true
            when components.cap_of = 'target_incentive' or components.floor_of = 'target_incentive' then true
            when plans.cap_of = 'target_incentive' or plans.floor_of = 'target_incentive' then true
            else false
        end as needs_target_incentive,
        -- A limit of the plan needs them for the whole of its span.
        case
            when plans.target_incentive_source <> 'roster' then false
            when plans.cap_of = 'target_incentive' and cap_terms.lacks_target_incentive then true
            when plans.floor_of = 'target_incentive' and floor_terms.lacks_target_incentive then true
            else false
        end as lacks_limit_incentive,
        case
            when components.output = 'percent_of_target_incentive' or components.rate_source = 'per_target' then true
            else false
        end as pays_target_incentive,
        pools.component_id as pool_component_id,
        case when pools.pool_rate is not null and pots.pool_amount is null then true else false end as lacks_pot,
        gates.gate_count, gates.gate_component_id, gates.gate_value, gates.gate_evaluated, gates.gate_later,
        gates.gate_acts_on, gates.gate_rate,
        multipliers.multiplier_count,
        case when multipliers.lacks_value or plan_multipliers.lacks_value then true else false end
            as lacks_multiplier_value,
        payee_curves.curve_id as payee_curve_id, position_curves.curve_id as position_curve_id,
        unit_curves.curve_id as unit_curve_id, role_curves.curve_id as role_curve_id
    from measures
    inner join components
        on measures.plan_id = components.plan_id
        and measures.component_id = components.component_id
    inner join plans on measures.plan_id = plans.plan_id
    left join positions on measures.position_id = positions.position_id
    left join eligibility as cap_terms
        on measures.plan_id = cap_terms.plan_id
        and measures.position_id = cap_terms.position_id
        and measures.payee_id = cap_terms.payee_id
        and measures.period_id = cap_terms.period_id
        and plans.cap_span = cap_terms.window_kind
    left join eligibility as floor_terms
        on measures.plan_id = floor_terms.plan_id
        and measures.position_id = floor_terms.position_id
        and measures.payee_id = floor_terms.payee_id
        and measures.period_id = floor_terms.period_id
        and plans.floor_span = floor_terms.window_kind
    left join pools
        on measures.plan_id = pools.plan_id
        and measures.component_id = pools.component_id
    left join pots
        on measures.plan_id = pots.plan_id
        and measures.component_id = pots.component_id
        and measures.period_id = pots.period_id
        and case
            when pools.cohort = 'unit' then positions.unit_id
            when pools.cohort = 'team' then positions.team_id
            else ''
        end = pots.cohort_id
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
    left join multipliers as plan_multipliers
        on measures.plan_id = plan_multipliers.plan_id
        and measures.position_id = plan_multipliers.position_id
        and measures.payee_id = plan_multipliers.payee_id
        and measures.period_id = plan_multipliers.period_id
        and plan_multipliers.component_id = ''
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
),

-- A measure that is asked for each transaction and has none in the period is asked for nothing.
based as (
    select
        asked.plan_id, asked.component_id, asked.position_id, asked.payee_id, asked.period_id,
        asked.plan_version, asked.is_complete, asked.window_kind, asked.currency_code, asked.measured_value,
        asked.target_value, asked.rate_target_value, asked.rate_attainment_rate, asked.attainment_rate, asked.period_value, asked.weight_rate, asked.weight_level,
        asked.place, asked.component_number, asked.axis, asked.basis, asked.lookup, asked.output,
        asked.timing, asked.running_by, asked.below, asked.rate_source, asked.cap_of, asked.cap_at,
        asked.cap_excess, asked.cap_holds, asked.floor_of, asked.floor_at, asked.floor_holds,
        asked.earning_code, asked.rounding_at, asked.rounding_mode, asked.rounding_digits,
        asked.second_component_id, asked.second_value, asked.attainment_kind, asked.attainment_mode,
        asked.digits_factor, asked.digits_unit, asked.kind_factor, asked.shared_place_count,
        asked.terms_window_kind, asked.needs_target_incentive, asked.lacks_limit_incentive, asked.pays_target_incentive,
        asked.pool_component_id, asked.lacks_pot, asked.gate_count, asked.gate_component_id, asked.gate_value,
        asked.gate_evaluated, asked.gate_later, asked.gate_acts_on, asked.gate_rate, asked.multiplier_count,
        asked.lacks_multiplier_value,
        asked.payee_curve_id, asked.position_curve_id, asked.unit_curve_id, asked.role_curve_id,
        coalesce(transactions.basis_key, '') as basis_key,
        case
            when not asked.is_by_transaction then 1
            when transactions.basis_number is null then 0
            else cast(transactions.basis_number as bigint)
        end as basis_number,
        transactions.booking_date, transactions.product_rate,
        case
            when asked.is_by_transaction then coalesce(transactions.basis_amount, 0.0000000000)
            else coalesce(asked.whole_value, 0.0000000000)
        end as basis_value,
        case
            when asked.running_by <> 'transaction' then null
            else asked.measured_value - asked.period_value + transactions.running_amount - transactions.basis_amount
        end as running_before_value,
        case
            when asked.running_by <> 'transaction' then null
            else asked.measured_value - asked.period_value + transactions.running_amount
        end as running_after_value,
        case when unrated.plan_id is null then false else true end as lacks_product_rate
    from asked
    left join transactions
        on asked.plan_id = transactions.plan_id
        and asked.component_id = transactions.component_id
        and asked.position_id = transactions.position_id
        and asked.payee_id = transactions.payee_id
        and asked.period_id = transactions.period_id
    left join unrated
        on asked.plan_id = unrated.plan_id
        and asked.component_id = unrated.component_id
        and asked.position_id = unrated.position_id
        and asked.payee_id = unrated.payee_id
        and asked.period_id = unrated.period_id
),

looked_up as (
    select
        plan_id, component_id, position_id, payee_id, period_id, plan_version, is_complete, window_kind,
        currency_code, measured_value, target_value, rate_target_value, rate_attainment_rate, attainment_rate,
        period_value, weight_rate, weight_level,
        component_number, axis, basis, lookup, output, timing, running_by, below, rate_source, cap_of, cap_at,
        cap_excess, cap_holds, floor_of, floor_at, floor_holds, earning_code, rounding_at, rounding_mode,
        rounding_digits, second_component_id, second_value, shared_place_count, terms_window_kind,
        needs_target_incentive, lacks_limit_incentive, pays_target_incentive, pool_component_id, lacks_pot, gate_count,
        gate_component_id, gate_value, gate_evaluated, gate_later, gate_acts_on, gate_rate,
        multiplier_count, lacks_multiplier_value, payee_curve_id, position_curve_id,
        unit_curve_id, role_curve_id, basis_key, basis_number, booking_date, product_rate, basis_value,
        running_before_value, running_after_value, lacks_product_rate,
        case
            when axis = 'attainment' and running_by = 'transaction' and attainment_kind = 'absolute'
                then ratio(running_after_value * digits_factor, 1, 0, attainment_mode) * digits_unit
            when axis = 'attainment' and running_by = 'transaction' and attainment_kind = 'difference'
                then ratio((running_after_value - target_value) * digits_factor, 1, 0, attainment_mode) * digits_unit
            when axis = 'attainment' and running_by = 'transaction' and target_value <> 0.0
                then ratio(running_after_value * (kind_factor * digits_factor), target_value, 0, attainment_mode)
                    * digits_unit
            when axis = 'attainment' then attainment_rate
            when running_by = 'transaction' then running_after_value
            when basis = 'transaction' then basis_value
            when shared_place_count > 1 then place
            else measured_value
        end as axis_value
    from based
)

select
    looked_up.plan_id,
    looked_up.component_id,
    looked_up.position_id,
    looked_up.payee_id,
    looked_up.period_id,
    looked_up.basis_key,
    looked_up.basis_number,
    looked_up.booking_date,
    looked_up.plan_version,
    looked_up.is_complete,
    looked_up.component_number,
    looked_up.earning_code,
    looked_up.currency_code,
    looked_up.window_kind,
    looked_up.basis,
    looked_up.lookup,
    looked_up.output,
    looked_up.timing,
    looked_up.running_by,
    looked_up.below,
    looked_up.axis,
    looked_up.rate_source,
    looked_up.measured_value,
    looked_up.target_value,
    looked_up.rate_target_value,
    looked_up.attainment_rate,
    looked_up.period_value,
    cast(looked_up.basis_value as decimal(38, 10)) as basis_value,
    cast(coalesce(looked_up.axis_value, 0.0) as decimal(38, 10)) as axis_value,
    looked_up.second_value,
    cast(looked_up.running_before_value as decimal(38, 10)) as running_before_value,
    cast(looked_up.running_after_value as decimal(38, 10)) as running_after_value,
    looked_up.shared_place_count,
    case when looked_up.rate_source = 'products' then looked_up.product_rate else null end as product_rate,
    case
        when looked_up.basis <> 'transaction' and looked_up.running_by <> 'transaction' then false
        when looked_up.rate_source = 'products' or looked_up.rounding_at = 'transaction' then true
        when looked_up.cap_holds = 'transaction' or looked_up.floor_holds = 'transaction' then true
        else false
    end as is_chained,
    -- Minus one where the curve is mirrored, so that a return takes back what its sale gave.
    case when looked_up.below = 'mirror' and looked_up.axis_value < 0.0 then -1 else 1 end as mirror_sign,
    -- Of the curves that override the component's, the most specific for the seat wins.
    coalesce(
        looked_up.payee_curve_id, looked_up.position_curve_id, looked_up.unit_curve_id, looked_up.role_curve_id,
        looked_up.component_id
    ) as curve_id,
    case
        when looked_up.payee_curve_id is not null then 'payee'
        when looked_up.position_curve_id is not null then 'position'
        when looked_up.unit_curve_id is not null then 'unit'
        when looked_up.role_curve_id is not null then 'role'
        else 'component'
    end as curve_level,
    looked_up.weight_rate,
    looked_up.weight_level,
    case when looked_up.pays_target_incentive then eligibility.eligible_incentive_amount else null end
        as eligible_incentive_amount,
    case when looked_up.pays_target_incentive then null else eligibility.pay_rate end as pay_rate,
    case when looked_up.rate_source = 'roster' then eligibility.commission_rate else null end as commission_rate,
    looked_up.cap_of,
    looked_up.cap_at,
    looked_up.cap_excess,
    looked_up.cap_holds,
    looked_up.floor_of,
    looked_up.floor_at,
    looked_up.floor_holds,
    -- What one hundred per cent of the component is, for limits that are multiples of it.
    case
        when looked_up.cap_of = 'target_incentive' or looked_up.floor_of = 'target_incentive'
            then times(coalesce(looked_up.weight_rate, 1.000000), eligibility.eligible_incentive_amount)
        else null
    end as limit_incentive_amount,
    coalesce(looked_up.gate_count, 0) as gate_count,
    looked_up.gate_component_id,
    looked_up.gate_evaluated,
    looked_up.gate_later,
    looked_up.gate_value as gate_attainment_rate,
    looked_up.gate_rate,
    coalesce(looked_up.gate_acts_on, 'none') as gate_acts_on,
    coalesce(looked_up.multiplier_count, 0) as multiplier_count,
    looked_up.rounding_at,
    -- Where only the plan rounds, a component is shown to four decimals.
    case when looked_up.rounding_at = 'plan' then 'half_up' else looked_up.rounding_mode end as rounding_mode,
    case when looked_up.rounding_at = 'plan' then 4 else looked_up.rounding_digits end as rounding_digits,
    case
        when eligibility.has_other_currency and (looked_up.needs_target_incentive or looked_up.rate_source = 'roster')
            then 'terms_in_other_currency'
        when looked_up.needs_target_incentive and eligibility.lacks_target_incentive then 'missing_target_incentive'
        when looked_up.lacks_limit_incentive then 'missing_target_incentive'
        when looked_up.rate_source = 'roster' and eligibility.commission_rate is null then 'missing_commission_rate'
        when looked_up.rate_source = 'per_target'
            and (
                looked_up.rate_target_value is null
                or (looked_up.rate_target_value = 0.0 and coalesce(looked_up.rate_attainment_rate, 1.000000) <> 0.0)
            )
            then 'no_target_to_pay_by'
        when looked_up.rate_source = 'products' and looked_up.lacks_product_rate then 'missing_product_rate'
        when looked_up.period_value is null and (looked_up.timing = 'running_rate' or looked_up.basis = 'transaction')
            then 'missing_period_value'
        when looked_up.second_component_id is not null and looked_up.second_value is null
            then 'second_axis_without_value'
        when looked_up.gate_component_id is not null and looked_up.gate_rate is null then 'gate_without_attainment'
        when looked_up.lacks_pot then 'pot_without_value'
        when looked_up.lacks_multiplier_value then 'multiplier_without_value'
        when looked_up.cap_excess = 'defer' and looked_up.gate_acts_on = 'increase' then 'deferral_behind_gate'
        when looked_up.cap_excess = 'defer' and looked_up.cap_holds = 'transaction' then 'deferral_of_transactions'
        when looked_up.pool_component_id is not null and looked_up.timing = 'true_up' then 'pool_of_a_window'
        else null
    end as not_payable_reason
from looked_up
inner join eligibility
    on looked_up.plan_id = eligibility.plan_id
    and looked_up.position_id = eligibility.position_id
    and looked_up.payee_id = eligibility.payee_id
    and looked_up.period_id = eligibility.period_id
    and looked_up.terms_window_kind = eligibility.window_kind
