-- One row per rule set, period and currency: what those above should have been credited, looked up day by day.
with recursive credits as (
    select
        rule_set_id, position_id, credit_type, credited_amount, currency_code,
        coalesce(original_booking_date, booking_date) as booking_date, period_id
    from credits.credits
),

rules as (
    select rule_set_id, hierarchy_id, level_count
    from conformed.plan_rules
    where credit_type = 'rollup'
),

hierarchies as (
    select hierarchy_id, position_id, manager_position_id, from_date, to_date
    from conformed.hierarchies
),

own_days as (
    select
        rule_set_id, position_id, currency_code, booking_date, period_id, sum(credited_amount) as credited_amount
    from credits
    where credit_type <> 'rollup'
    group by rule_set_id, position_id, currency_code, booking_date, period_id
),

asked_days as (
    select rules.hierarchy_id, own_days.booking_date
    from own_days
    inner join rules on own_days.rule_set_id = rules.rule_set_id
    group by rules.hierarchy_id, own_days.booking_date
),

-- Of several managers on a day, the one who began last.
ranked as (
    select
        asked_days.hierarchy_id, asked_days.booking_date, hierarchies.position_id, hierarchies.manager_position_id,
        row_number() over (
            partition by asked_days.hierarchy_id, asked_days.booking_date, hierarchies.position_id
            order by hierarchies.from_date desc
        ) as place
    from asked_days
    inner join hierarchies
        on asked_days.hierarchy_id = hierarchies.hierarchy_id
        and asked_days.booking_date >= hierarchies.from_date
        and asked_days.booking_date < hierarchies.to_date
),

day_managers as (
    select hierarchy_id, booking_date, position_id, manager_position_id
    from ranked
    where place = 1
),

-- The path ends where it would meet a position again.
climb as (
    select
        own_days.rule_set_id, own_days.period_id, own_days.currency_code, own_days.booking_date,
        own_days.credited_amount, rules.hierarchy_id, rules.level_count, cast(1 as bigint) as level_number,
        day_managers.manager_position_id,
        '/' || own_days.position_id || '/' || day_managers.manager_position_id || '/' as path
    from own_days
    inner join rules on own_days.rule_set_id = rules.rule_set_id
    inner join day_managers
        on rules.hierarchy_id = day_managers.hierarchy_id
        and own_days.booking_date = day_managers.booking_date
        and own_days.position_id = day_managers.position_id
    where own_days.position_id <> day_managers.manager_position_id
    union all
    select
        climb.rule_set_id, climb.period_id, climb.currency_code, climb.booking_date, climb.credited_amount,
        climb.hierarchy_id, climb.level_count, climb.level_number + 1 as level_number,
        day_managers.manager_position_id,
        climb.path || day_managers.manager_position_id || '/' as path
    from climb
    inner join day_managers
        on climb.hierarchy_id = day_managers.hierarchy_id
        and climb.booking_date = day_managers.booking_date
        and climb.manager_position_id = day_managers.position_id
    where climb.level_number < climb.level_count and climb.level_number < 6
        and strpos(climb.path, '/' || day_managers.manager_position_id || '/') = 0
)

select
    rule_set_id,
    period_id,
    currency_code,
    sum(credited_amount) as due_amount
from climb
group by rule_set_id, period_id, currency_code
