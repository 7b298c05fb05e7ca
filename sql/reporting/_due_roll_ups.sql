-- One row per rule set, period and currency: what those above should have been credited, looked up day by day.
with credits as (
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

level_1 as (
    select
        own_days.rule_set_id, own_days.period_id, own_days.currency_code, own_days.booking_date,
        own_days.credited_amount, rules.hierarchy_id, rules.level_count, day_managers.manager_position_id,
        '/' || own_days.position_id || '/' || day_managers.manager_position_id || '/' as path
    from own_days
    inner join rules on own_days.rule_set_id = rules.rule_set_id
    inner join day_managers
        on rules.hierarchy_id = day_managers.hierarchy_id
        and own_days.booking_date = day_managers.booking_date
        and own_days.position_id = day_managers.position_id
    where own_days.position_id <> day_managers.manager_position_id
),

level_2 as (
    select
        level_1.rule_set_id, level_1.period_id, level_1.currency_code, level_1.booking_date, level_1.credited_amount,
        level_1.hierarchy_id, level_1.level_count, day_managers.manager_position_id,
        level_1.path || day_managers.manager_position_id || '/' as path
    from level_1
    inner join day_managers
        on level_1.hierarchy_id = day_managers.hierarchy_id
        and level_1.booking_date = day_managers.booking_date
        and level_1.manager_position_id = day_managers.position_id
    where level_1.level_count >= 2 and strpos(level_1.path, '/' || day_managers.manager_position_id || '/') = 0
),

level_3 as (
    select
        level_2.rule_set_id, level_2.period_id, level_2.currency_code, level_2.booking_date, level_2.credited_amount,
        level_2.hierarchy_id, level_2.level_count, day_managers.manager_position_id,
        level_2.path || day_managers.manager_position_id || '/' as path
    from level_2
    inner join day_managers
        on level_2.hierarchy_id = day_managers.hierarchy_id
        and level_2.booking_date = day_managers.booking_date
        and level_2.manager_position_id = day_managers.position_id
    where level_2.level_count >= 3 and strpos(level_2.path, '/' || day_managers.manager_position_id || '/') = 0
),

level_4 as (
    select
        level_3.rule_set_id, level_3.period_id, level_3.currency_code, level_3.booking_date, level_3.credited_amount,
        level_3.hierarchy_id, level_3.level_count, day_managers.manager_position_id,
        level_3.path || day_managers.manager_position_id || '/' as path
    from level_3
    inner join day_managers
        on level_3.hierarchy_id = day_managers.hierarchy_id
        and level_3.booking_date = day_managers.booking_date
        and level_3.manager_position_id = day_managers.position_id
    where level_3.level_count >= 4 and strpos(level_3.path, '/' || day_managers.manager_position_id || '/') = 0
),

level_5 as (
    select
        level_4.rule_set_id, level_4.period_id, level_4.currency_code, level_4.booking_date, level_4.credited_amount,
        level_4.hierarchy_id, level_4.level_count, day_managers.manager_position_id,
        level_4.path || day_managers.manager_position_id || '/' as path
    from level_4
    inner join day_managers
        on level_4.hierarchy_id = day_managers.hierarchy_id
        and level_4.booking_date = day_managers.booking_date
        and level_4.manager_position_id = day_managers.position_id
    where level_4.level_count >= 5 and strpos(level_4.path, '/' || day_managers.manager_position_id || '/') = 0
),

level_6 as (
    select
        level_5.rule_set_id, level_5.period_id, level_5.currency_code, level_5.booking_date, level_5.credited_amount,
        level_5.hierarchy_id, level_5.level_count, day_managers.manager_position_id,
        level_5.path || day_managers.manager_position_id || '/' as path
    from level_5
    inner join day_managers
        on level_5.hierarchy_id = day_managers.hierarchy_id
        and level_5.booking_date = day_managers.booking_date
        and level_5.manager_position_id = day_managers.position_id
    where level_5.level_count >= 6 and strpos(level_5.path, '/' || day_managers.manager_position_id || '/') = 0
),

due as (
    select rule_set_id, period_id, currency_code, credited_amount
    from level_1
    union all
    select rule_set_id, period_id, currency_code, credited_amount
    from level_2
    union all
    select rule_set_id, period_id, currency_code, credited_amount
    from level_3
    union all
    select rule_set_id, period_id, currency_code, credited_amount
    from level_4
    union all
    select rule_set_id, period_id, currency_code, credited_amount
    from level_5
    union all
    select rule_set_id, period_id, currency_code, credited_amount
    from level_6
)

select
    rule_set_id,
    period_id,
    currency_code,
    sum(credited_amount) as due_amount
from due
group by rule_set_id, period_id, currency_code
