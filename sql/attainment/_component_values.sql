-- One row per plan, component, position, payee and base period with credits; the payee is empty where the seat counts and not who held it, and for days on which nobody did.
with credit_days as (
    select
        rule_set_id, position_id, credit_level, product_id, currency_code, booking_date, period_id,
        credited_amount, credited_quantity
    from attainment._credit_days
),

products as (
    select product_id, brand_id, category_id
    from conformed.products
),

positions as (
    select position_id, role_id, unit_id
    from conformed.positions
),

plans as (
    select plan_id, role_id, unit_id, position_id, currency_code, credit_basis
    from conformed.plan_plans
),

components as (
    select plan_id, component_id, rule_set_id, measure_level, product_scope_kind, product_scope_key, measure_unit
    from conformed.plan_components
),

occupancies as (
    select position_id, payee_id, from_date, to_date
    from attainment._occupancies
),

measured_positions as (
    select
        plans.plan_id, plans.currency_code, plans.credit_basis, components.component_id, components.rule_set_id,
        components.measure_level, components.product_scope_kind, components.product_scope_key, components.measure_unit,
        positions.position_id
    from plans
    inner join components on plans.plan_id = components.plan_id
    inner join positions
        on (plans.role_id is null or plans.role_id = positions.role_id)
        and (plans.unit_id is null or plans.unit_id = positions.unit_id)
        and (plans.position_id is null or plans.position_id = positions.position_id)
),

grouped_days as (
    select
        credit_days.rule_set_id, credit_days.position_id, credit_days.credit_level, credit_days.product_id,
        products.brand_id, products.category_id, credit_days.currency_code, credit_days.booking_date,
        credit_days.period_id, credit_days.credited_amount, credit_days.credited_quantity
    from credit_days
    left join products on credit_days.product_id = products.product_id
),

component_days as (
    select
        measured_positions.plan_id, measured_positions.component_id, measured_positions.position_id,
        measured_positions.credit_basis, grouped_days.period_id, grouped_days.booking_date,
        -- Money of another currency is counted, and not added.
        sum(
            case
                when measured_positions.measure_unit = 'quantity' then grouped_days.credited_quantity
                when grouped_days.currency_code <> measured_positions.currency_code then 0.0000000000
                else grouped_days.credited_amount
            end
        ) as measured_value,
        sum(
            case
                when measured_positions.measure_unit = 'value'
                    and grouped_days.currency_code <> measured_positions.currency_code then 1
                else 0
            end
        ) as foreign_count
    from grouped_days
    inner join measured_positions
        on grouped_days.rule_set_id = measured_positions.rule_set_id
        and grouped_days.position_id = measured_positions.position_id
        and (measured_positions.measure_level = 'team' or grouped_days.credit_level = 'own')
        and (
            measured_positions.product_scope_kind = 'all'
            or (measured_positions.product_scope_kind = 'product'
                and measured_positions.product_scope_key = grouped_days.product_id)
            or (measured_positions.product_scope_kind = 'brand'
                and measured_positions.product_scope_key = grouped_days.brand_id)
            or (measured_positions.product_scope_kind = 'category'
                and measured_positions.product_scope_key = grouped_days.category_id)
        )
    group by
        measured_positions.plan_id, measured_positions.component_id, measured_positions.position_id,
        measured_positions.credit_basis, grouped_days.period_id, grouped_days.booking_date
),

-- The days on which nobody held the seat stay with the empty payee.
placed_days as (
    select
        component_days.plan_id, component_days.component_id, component_days.position_id,
        coalesce(occupancies.payee_id, '') as payee_id, component_days.period_id, component_days.measured_value,
        component_days.foreign_count
    from component_days
    left join occupancies
        on component_days.credit_basis = 'occupancy'
        and component_days.position_id = occupancies.position_id
        and component_days.booking_date >= occupancies.from_date
        and component_days.booking_date < occupancies.to_date
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    sum(measured_value) as measured_value,
    sum(foreign_count) as foreign_count
from placed_days
group by plan_id, component_id, position_id, payee_id, period_id
