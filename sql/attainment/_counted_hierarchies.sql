-- One row per rule set that rolls up: the hierarchy of its first roll-up rule, by which the level above is found.
with rules as (
    select rule_id, rule_set_id, hierarchy_id
    from conformed.plan_rules
    where credit_type = 'rollup' and hierarchy_id is not null
),

numbered as (
    select
        rule_set_id, hierarchy_id,
        row_number() over (partition by rule_set_id order by rule_id) as number_in_set
    from rules
)

select rule_set_id, hierarchy_id
from numbered
where number_in_set = 1
