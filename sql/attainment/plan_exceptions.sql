-- One row per plan, component or rule and name in its document that the data do not have.
with plans as (
    select plan_id, role_id, unit_id, position_id, payee_id, document_file, document_line
    from conformed.plan_plans
),

components as (
    select plan_id, component_id, target_set_id, document_file, document_line
    from conformed.plan_components
),

terms as (
    select
        plan_id, component_id, term_source, product_scope_kind, product_scope_key, channel_id, figure_id, document_file,
        document_line
    from conformed.plan_terms
),

rates as (
    select plan_id, component_id, product_scope_kind, product_scope_key, document_file, document_line
    from conformed.plan_rates
),

rules as (
    select
        rule_id, product_scope_kind, product_scope_key, account_kind, channel_id, position_id, document_file, document_line
    from conformed.plan_rules
),

overrides as (
    select plan_id, component_id, scope_kind, scope_key, document_file, document_line
    from conformed.plan_targets
    union all
    select plan_id, component_id, scope_kind, scope_key, document_file, document_line
    from conformed.plan_weights
    union all
    select plan_id, component_id, scope_kind, scope_key, document_file, document_line
    from conformed.plan_curves
),

leaves as (
    select plan_id, leave_kind, document_file, document_line
    from conformed.plan_leaves
),

positions as (
    select position_id, role_id, unit_id
    from conformed.positions
),

products as (
    select product_id, brand_id, category_id
    from conformed.products
),

taken_leaves as (
    select leave_kind
    from conformed.leaves
    group by leave_kind
),

leave_counts as (
    select count(leave_kind) as leave_count
    from taken_leaves
),

named as (
    select
        'plan' as subject_kind, plan_id as owner_id, 'role' as name_kind, role_id as name, document_file, document_line
    from plans
    union all
    select 'plan', plan_id, 'unit', unit_id, document_file, document_line
    from plans
    union all
    select 'plan', plan_id, 'position', position_id, document_file, document_line
    from plans
    union all
    select 'plan', plan_id, 'payee', payee_id, document_file, document_line
    from plans
    union all
    -- Where nobody's leave is delivered there is nothing to compare a kind with.
    select 'plan', leaves.plan_id, 'leave_kind', leaves.leave_kind, leaves.document_file, leaves.document_line
    from leaves
    cross join leave_counts
    where leave_counts.leave_count > 0
    union all
    select 'component', plan_id || '/' || component_id, 'target_set', target_set_id, document_file, document_line
    from components
    union all
    select 'component', plan_id || '/' || component_id, product_scope_kind, product_scope_key, document_file, document_line
    from terms
    where term_source = 'credits'
    union all
    select 'component', plan_id || '/' || component_id, 'channel', channel_id, document_file, document_line
    from terms
    union all
    select
        'component', plan_id || '/' || component_id,
        case when term_source = 'scores' then 'objective' else 'figure' end, figure_id, document_file, document_line
    from terms
    where term_source in ('scores', 'figures')
    union all
    select 'component', plan_id || '/' || component_id, product_scope_kind, product_scope_key, document_file, document_line
    from rates
    union all
    select 'component', plan_id || '/' || component_id, scope_kind, scope_key, document_file, document_line
    from overrides
    union all
    select 'rule', rule_id, product_scope_kind, product_scope_key, document_file, document_line
    from rules
    union all
    select 'rule', rule_id, 'account_kind', account_kind, document_file, document_line
    from rules
    union all
    select 'rule', rule_id, 'channel', channel_id, document_file, document_line
    from rules
    union all
    select 'rule', rule_id, 'position', position_id, document_file, document_line
    from rules
),

compared as (
    select subject_kind, owner_id, name_kind, name, min(document_file) as document_file, min(document_line) as document_line
    from named
    where name is not null
        and name_kind in (
            'product', 'brand', 'category', 'objective', 'figure', 'target_set', 'role', 'unit', 'payee', 'position',
            'leave_kind', 'account_kind', 'channel'
        )
    group by subject_kind, owner_id, name_kind, name
),

present as (
    select 'product' as name_kind, product_id as name
    from products
    union all
    select 'brand', brand_id
    from products
    union all
    select 'category', category_id
    from products
    union all
    select 'objective', objective_id
    from conformed.objective_scores
    union all
    select 'figure', figure_id
    from conformed.figures
    union all
    select 'target_set', target_set_id
    from conformed.targets
    union all
    select 'role', role_id
    from positions
    union all
    select 'unit', unit_id
    from positions
    union all
    select 'position', position_id
    from positions
    union all
    select 'payee', payee_id
    from conformed.occupancies
    union all
    select 'leave_kind', leave_kind
    from taken_leaves
    union all
    select 'account_kind', account_kind
    from conformed.accounts
    union all
    select 'channel', channel_id
    from conformed.transactions
),

known as (
    select name_kind, name
    from present
    where name is not null
    group by name_kind, name
)

select
    'unknown_' || compared.name_kind as exception_kind,
    compared.subject_kind,
    compared.owner_id || '/' || compared.name as subject_id,
    'all' as period_id,
    'no ' || replace(compared.name_kind, '_', ' ') || ' of the data is called ' || compared.name || ', which '
        || compared.document_file || ':' || cast(compared.document_line as varchar) || ' names' as detail,
    case
        when compared.name_kind in ('product', 'brand', 'category')
            then 'correct the name in the document, or deliver the products to conformed.products'
        when compared.name_kind = 'objective'
            then 'correct the name in the document, or score the objective in conformed.objective_scores'
        when compared.name_kind = 'figure'
            then 'correct the name in the document, or deliver the figure to conformed.figures'
        when compared.name_kind = 'target_set'
            then 'correct the name in the document, or publish the set to conformed.targets'
        when compared.name_kind = 'payee'
            then 'correct the name in the document, or give the payee a position in conformed.occupancies'
        when compared.name_kind = 'leave_kind'
            then 'correct the name in the document; the kinds are those of conformed.leaves'
        when compared.name_kind = 'account_kind'
            then 'correct the name in the document; the kinds are those of conformed.accounts'
        when compared.name_kind = 'channel'
            then 'correct the name in the document; the channels are those of conformed.transactions'
        else 'correct the name in the document, or add it to conformed.positions'
    end as cure
from compared
left join known
    on compared.name_kind = known.name_kind
    and compared.name = known.name
where known.name is null
