-- One row per term that looks at no other component, position, payee and period of the plan.
with seat_periods as (
    select plan_id, position_id, payee_id, period_id
    from attainment._seat_periods
),

terms as (
    select
        plan_id, component_id, term_number, term_id, term_source, rule_set_id, measure_level, product_scope_kind,
        product_scope_key, measure_unit, window_kind, shift_kind
    from conformed.plan_terms
    where term_source <> 'component'
),

unknown_products as (
    select product_scope_kind, product_scope_key
    from attainment._unknown_products
),

managers as (
    select rule_set_id, position_id, period_id, manager_position_id
    from attainment._managers
),

credit_terms as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, term_value, credit_count, uncounted_reason,
        period_term_value, period_credit_count, period_uncounted_reason
    from attainment._credit_terms
),

stated_terms as (
    select
        plan_id, component_id, term_number, position_id, payee_id, period_id, term_value, uncounted_reason,
        period_term_value, period_uncounted_reason
    from attainment._stated_terms
),

-- A term without a credit is zero, a reference without one is missing.
placed as (
    select
        seat_periods.plan_id, terms.component_id, terms.term_number, seat_periods.position_id, seat_periods.payee_id,
        seat_periods.period_id, terms.term_id, terms.term_source, terms.measure_unit, terms.window_kind, terms.shift_kind,
        case
            when terms.term_source = 'credits' then coalesce(credit_terms.term_value, 0.0000000000)
            else stated_terms.term_value
        end as term_value,
        case
            when terms.term_source <> 'credits' then stated_terms.uncounted_reason
            when unknown_products.product_scope_key is not null then 'unknown_products'
            when terms.measure_level = 'above' and managers.manager_position_id is null then 'no_level_above'
            when terms.shift_kind <> 'none' and coalesce(credit_terms.credit_count, 0) = 0 then 'missing_base'
            else credit_terms.uncounted_reason
        end as uncounted_reason,
        case
            when terms.term_source = 'credits' then coalesce(credit_terms.period_term_value, 0.0000000000)
            else stated_terms.period_term_value
        end as period_term_value,
        case
            when terms.term_source <> 'credits' then stated_terms.period_uncounted_reason
            when unknown_products.product_scope_key is not null then 'unknown_products'
            when terms.measure_level = 'above' and managers.manager_position_id is null then 'no_level_above'
            when terms.shift_kind <> 'none' and coalesce(credit_terms.period_credit_count, 0) = 0 then 'missing_base'
            else credit_terms.period_uncounted_reason
        end as period_uncounted_reason
    from seat_periods
    inner join terms on seat_periods.plan_id = terms.plan_id
    left join unknown_products
        on terms.product_scope_kind = unknown_products.product_scope_kind
        and terms.product_scope_key = unknown_products.product_scope_key
    left join managers
        on terms.rule_set_id = managers.rule_set_id
        and seat_periods.position_id = managers.position_id
        and seat_periods.period_id = managers.period_id
    left join credit_terms
        on seat_periods.plan_id = credit_terms.plan_id
        and terms.component_id = credit_terms.component_id
        and terms.term_number = credit_terms.term_number
        and seat_periods.position_id = credit_terms.position_id
        and seat_periods.payee_id = credit_terms.payee_id
        and seat_periods.period_id = credit_terms.period_id
    left join stated_terms
        on seat_periods.plan_id = stated_terms.plan_id
        and terms.component_id = stated_terms.component_id
        and terms.term_number = stated_terms.term_number
        and seat_periods.position_id = stated_terms.position_id
        and seat_periods.payee_id = stated_terms.payee_id
        and seat_periods.period_id = stated_terms.period_id
)

-- The part that could be counted is no value of the whole.
select
    plan_id,
    component_id,
    term_number,
    position_id,
    payee_id,
    period_id,
    term_id,
    term_source,
    measure_unit,
    window_kind,
    shift_kind,
    case when uncounted_reason is null then term_value else null end as term_value,
    uncounted_reason,
    case when period_uncounted_reason is null then period_term_value else null end as period_term_value,
    period_uncounted_reason
from placed
