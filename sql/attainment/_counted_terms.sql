-- One row per term of credits: what it counts. Terms that count the same have one count_id, so that it is added up once.
with terms as (
    select
        plan_id, component_id, term_number, rule_set_id, measure_level, product_scope_kind, product_scope_key, channel_id,
        measure_unit, window_kind, shift_kind, amount_cap, amount_cap_split, rule_ids
    from conformed.plan_terms
    where term_source = 'credits'
),

components as (
    select plan_id, component_id, basis, running_by
    from conformed.plan_components
),

plans as (
    select plan_id, valid_from_date, currency_code, credit_basis, measure_rate_type, measure_rate_at
    from conformed.plan_plans
),

described as (
    select
        terms.plan_id, terms.component_id, terms.term_number, terms.rule_set_id, terms.measure_level,
        terms.product_scope_kind, terms.product_scope_key, terms.channel_id, terms.measure_unit, terms.window_kind,
        terms.shift_kind, terms.amount_cap, terms.amount_cap_split, terms.rule_ids,
        -- The level above counts the team of another position.
        case when terms.measure_level = 'above' then 'team' else terms.measure_level end as counted_level,
        case
            when terms.measure_unit = 'value' or terms.measure_unit = 'margin' then plans.currency_code
            else ''
        end as currency_code,
        case
            when terms.measure_unit = 'value' or terms.measure_unit = 'margin' then plans.measure_rate_type
            else null
        end as rate_type,
        case
            when terms.measure_unit = 'value' or terms.measure_unit = 'margin' then plans.measure_rate_at
            else null
        end as rate_at,
        plans.valid_from_date,
        case
            when plans.credit_basis = 'occupancy' and terms.measure_level in ('own', 'team') then true
            else false
        end as is_by_holder,
        case
            when terms.term_number = 1 and (components.basis = 'transaction' or components.running_by = 'transaction')
                then true
            else false
        end as is_by_transaction
    from terms
    inner join components
        on terms.plan_id = components.plan_id
        and terms.component_id = components.component_id
    inner join plans on terms.plan_id = plans.plan_id
)

select
    plan_id,
    component_id,
    term_number,
    -- Free text stands with its length before it, so that no two counts are named alike.
    rule_set_id || '/' || counted_level || '/' || measure_unit
        || case when currency_code = '' then '' else '/' || currency_code end
        || case
            when rate_type is null then ''
            when rate_at = 'plan_begin' then '/' || rate_type || '/' || rate_at || '/' || cast(valid_from_date as varchar)
            else '/' || rate_type || '/' || rate_at
        end
        || case
            when amount_cap is null then ''
            else '/at most ' || cast(amount_cap as varchar) || ' ' || coalesce(amount_cap_split, 'after')
        end
        || case when is_by_holder then '/by holder' else '' end
        || case when is_by_transaction then '/by transaction' else '' end
        || '/' || product_scope_kind || ' ' || cast(length(product_scope_key) as varchar) || ' ' || product_scope_key
        || case when rule_ids is null then '' else '/rules ' || cast(length(rule_ids) as varchar) || ' ' || rule_ids end
        || case when channel_id is null then '' else '/channel ' || channel_id end as count_id,
    rule_set_id,
    measure_level,
    counted_level,
    product_scope_kind,
    product_scope_key,
    channel_id,
    measure_unit,
    currency_code,
    rate_type,
    rate_at,
    case when rate_at = 'plan_begin' then valid_from_date else null end as rate_date,
    amount_cap,
    amount_cap_split,
    rule_ids,
    is_by_holder,
    is_by_transaction,
    case
        when is_by_transaction or rate_type is not null or amount_cap is not null or rule_ids is not null then true
        else false
    end as needs_lines,
    window_kind,
    shift_kind
from described
