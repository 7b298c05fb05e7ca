-- One row per component whose cap defers, position, payee and period: what is carried in, and what is paid of it where there is room.
with states as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, timing, uncapped_amount, cap_amount,
        floored_amount, gated_amount, gate_acts_on, rounding_at, rounding_mode, rounding_digits
    from incentives._states
    where cap_excess = 'defer' and cap_amount is not null and gate_acts_on <> 'increase'
),

gates as (
    select plan_id, component_id, position_id, payee_id, period_id, gate_number, gate_rate
    from incentives._gates
    where is_before_rounding
),

periods as (
    select period_id, from_date, quarter_id, year_id
    from conformed.periods
),

gate_products as (
    select
        plan_id, component_id, position_id, payee_id, period_id,
        array_agg(gate_rate order by gate_number) as gate_rates
    from gates
    group by plan_id, component_id, position_id, payee_id, period_id
),

-- What would be paid without the cap, with it, and at most: each after the gate.
gated as (
    select
        states.plan_id, states.component_id, states.position_id, states.payee_id, states.period_id,
        states.rounding_at, states.rounding_mode, states.rounding_digits, periods.from_date,
        case
            when states.timing <> 'true_up' then states.period_id
            when states.window_kind = 'quarter_to_date' then periods.quarter_id
            when states.window_kind = 'year_to_date' then periods.year_id
            else states.plan_id
        end as window_id,
        states.gated_amount,
        case
            when states.uncapped_amount <= states.cap_amount then states.gated_amount
            else times_each(states.uncapped_amount, gate_products.gate_rates)
        end as whole_amount,
        times_each(states.cap_amount, gate_products.gate_rates) as most_amount
    from states
    inner join periods on states.period_id = periods.period_id
    left join gate_products
        on states.plan_id = gate_products.plan_id
        and states.component_id = gate_products.component_id
        and states.position_id = gate_products.position_id
        and states.payee_id = gate_products.payee_id
        and states.period_id = gate_products.period_id
),

rounded as (
    select
        plan_id, component_id, position_id, payee_id, period_id, from_date, window_id, gated_amount, whole_amount,
        greatest(most_amount, gated_amount) as most_amount,
        case when rounding_at = 'plan' then true else false end as is_exact,
        round_money(gated_amount, rounding_digits, rounding_mode) as rounded_gated_amount,
        round_money(whole_amount, rounding_digits, rounding_mode) as rounded_whole_amount,
        round_money(greatest(most_amount, gated_amount), rounding_digits, rounding_mode) as rounded_most_amount
    from gated
),

measured as (
    select
        plan_id, component_id, position_id, payee_id, period_id, from_date, window_id,
        case when is_exact then gated_amount else cast(rounded_gated_amount as decimal(38, 10)) end as capped_value,
        case when is_exact then whole_amount else cast(rounded_whole_amount as decimal(38, 10)) end as whole_value,
        case when is_exact then most_amount else cast(rounded_most_amount as decimal(38, 10)) end as most_value
    from rounded
),

-- A window ends as its last period leaves it.
ended as (
    select
        plan_id, component_id, position_id, payee_id, window_id, from_date, whole_value - most_value as excess_value,
        row_number() over (
            partition by plan_id, component_id, position_id, payee_id, window_id order by from_date desc
        ) as number_from_last
    from measured
),

running as (
    select
        plan_id, component_id, position_id, payee_id, window_id, from_date,
        sum(excess_value) over (
            partition by plan_id, component_id, position_id, payee_id
            order by from_date
            rows between unbounded preceding and current row
        ) as running_value
    from ended
    where number_from_last = 1
),

-- carried = greatest(carried before + excess, 0), folded over the windows: the running sum above its lowest point.
carried as (
    select
        plan_id, component_id, position_id, payee_id, window_id, from_date,
        running_value - least(
            min(running_value) over (
                partition by plan_id, component_id, position_id, payee_id
                order by from_date
                rows between unbounded preceding and current row
            ),
            0.0000000000
        ) as carried_value
    from running
),

carried_in as (
    select
        plan_id, component_id, position_id, payee_id, window_id,
        coalesce(
            lag(carried_value) over (partition by plan_id, component_id, position_id, payee_id order by from_date),
            0.0000000000
        ) as carried_in_value
    from carried
),

-- Within a window, all that it has earned so far has room up to its cap so far.
paid as (
    select
        measured.plan_id, measured.component_id, measured.position_id, measured.payee_id, measured.period_id,
        measured.from_date, measured.window_id, measured.capped_value, carried_in.carried_in_value,
        measured.whole_value + carried_in.carried_in_value as due_value,
        least(measured.whole_value + carried_in.carried_in_value, measured.most_value) as paid_value
    from measured
    inner join carried_in
        on measured.plan_id = carried_in.plan_id
        and measured.component_id = carried_in.component_id
        and measured.position_id = carried_in.position_id
        and measured.payee_id = carried_in.payee_id
        and measured.window_id = carried_in.window_id
)

select
    plan_id,
    component_id,
    position_id,
    payee_id,
    period_id,
    cast(
        coalesce(
            lag(due_value - paid_value) over (
                partition by plan_id, component_id, position_id, payee_id, window_id order by from_date
            ),
            carried_in_value
        ) as decimal(38, 10)
    ) as deferred_before_amount,
    cast(due_value - paid_value as decimal(38, 10)) as deferred_after_amount,
    cast(paid_value - capped_value as decimal(38, 10)) as released_to_date_amount
from paid
