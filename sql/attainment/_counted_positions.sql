-- One row per count and position that it is needed for: the seats of plans, those above them, and `*` for all together.
with terms as (
    select
        plan_id, count_id, rule_set_id, measure_level, counted_level, product_scope_kind, product_scope_key, channel_id,
        measure_unit, currency_code, rate_type, rate_at, rate_date, amount_cap, amount_cap_split, rule_ids, is_by_holder,
        needs_lines
    from attainment._counted_terms
),

seats as (
    select plan_id, position_id
    from attainment._seat_periods
    group by plan_id, position_id
),

rollups as (
    select rule_set_id, hierarchy_id
    from attainment._counted_hierarchies
),

hierarchies as (
    select hierarchy_id, position_id, manager_position_id
    from conformed.hierarchies
    group by hierarchy_id, position_id, manager_position_id
),

counts as (
    select
        count_id, rule_set_id, counted_level, product_scope_kind, product_scope_key, channel_id, measure_unit,
        currency_code, rate_type, rate_at, rate_date, amount_cap, amount_cap_split, rule_ids, is_by_holder, needs_lines
    from terms
    group by
        count_id, rule_set_id, counted_level, product_scope_kind, product_scope_key, channel_id, measure_unit,
        currency_code, rate_type, rate_at, rate_date, amount_cap, amount_cap_split, rule_ids, is_by_holder, needs_lines
),

needed as (
    select terms.count_id, seats.position_id
    from terms
    inner join seats on terms.plan_id = seats.plan_id
    where terms.measure_level = 'own' or terms.measure_level = 'team'
    union all
    select terms.count_id, hierarchies.manager_position_id as position_id
    from terms
    inner join seats on terms.plan_id = seats.plan_id
    inner join rollups on terms.rule_set_id = rollups.rule_set_id
    inner join hierarchies
        on rollups.hierarchy_id = hierarchies.hierarchy_id
        and seats.position_id = hierarchies.position_id
    where terms.measure_level = 'above'
    union all
    select count_id, '*' as position_id
    from terms
    where measure_level = 'national'
),

positions as (
    select count_id, position_id
    from needed
    group by count_id, position_id
)

select
    counts.count_id,
    positions.position_id,
    counts.rule_set_id,
    counts.counted_level,
    counts.product_scope_kind,
    counts.product_scope_key,
    counts.channel_id,
    counts.measure_unit,
    counts.currency_code,
    counts.rate_type,
    counts.rate_at,
    counts.rate_date,
    counts.amount_cap,
    counts.amount_cap_split,
    counts.rule_ids,
    counts.is_by_holder,
    counts.needs_lines
from positions
inner join counts on positions.count_id = counts.count_id
