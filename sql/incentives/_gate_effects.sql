-- One row per gate of a component, position, payee and period: what the window came to before and after it, and what it changed in the period.
with recursive states as (
    select
        plan_id, component_id, position_id, payee_id, period_id, window_kind, timing, output, floored_amount,
        gate_acts_on, state_amount, rounding_mode, rounding_digits
    from incentives._states
    where gate_count > 0
),

gates as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_number, gate_component_id, acts_on,
        is_before_rounding, looked_at_value, gate_rate
    from incentives._gates
    where gate_rate is not null
),

periods as (
    select period_id, from_date, quarter_id, year_id
    from conformed.periods
),

placed as (
    select
        states.plan_id, states.component_id, states.position_id, states.payee_id, states.period_id, states.output,
        states.floored_amount, states.gate_acts_on, states.state_amount, states.rounding_mode, states.rounding_digits,
        periods.from_date,
        case
            when states.timing <> 'true_up' then states.period_id
            when states.window_kind = 'quarter_to_date' then periods.quarter_id
            when states.window_kind = 'plan_to_date' then states.plan_id
            else periods.year_id
        end as window_id
    from states
    inner join periods on states.period_id = periods.period_id
),

-- Gates on the total that come first act before the rounding.
first_gates as (
    select
        placed.plan_id, placed.component_id, placed.position_id, placed.payee_id, placed.period_id, placed.output,
        placed.rounding_mode, placed.rounding_digits, placed.from_date, placed.window_id, placed.floored_amount,
        gates.gate_number, gates.gate_rate,
        array_agg(gates.gate_rate) over (
            partition by placed.plan_id, placed.component_id, placed.position_id, placed.payee_id, placed.period_id
            order by gates.gate_number
            rows between unbounded preceding and 1 preceding
        ) as rates_before
    from placed
    inner join gates
        on placed.plan_id = gates.plan_id
        and placed.component_id = gates.component_id
        and placed.position_id = gates.position_id
        and placed.payee_id = gates.payee_id
        and placed.period_id = gates.period_id
    where gates.is_before_rounding
),

begun as (
    select
        plan_id, component_id, position_id, payee_id, period_id, output, rounding_mode, rounding_digits, from_date,
        window_id, gate_number, gate_rate,
        case when floored_amount > 0.0 then times_each(floored_amount, rates_before) else floored_amount end
            as amount_in
    from first_gates
),

-- The others follow it one by one, each with what the gate before it left of the window so far.
last_begun as (
    select plan_id, component_id, position_id, payee_id, period_id, max(gate_number) as gate_number
    from begun
    group by plan_id, component_id, position_id, payee_id, period_id
),

followed as (
    select
        placed.plan_id, placed.component_id, placed.position_id, placed.payee_id, placed.period_id,
        placed.rounding_mode, placed.rounding_digits, placed.from_date, placed.window_id,
        cast(coalesce(last_begun.gate_number, 0) as bigint) as gate_number,
        false as is_gate,
        cast(0.0 as decimal(38, 10)) as amount_in,
        cast(0.0 as decimal(38, 10)) as grown_from_amount,
        cast(0.0 as decimal(38, 10)) as growth_amount,
        cast(0.0 as decimal(38, 10)) as let_through_amount,
        cast(0.0 as decimal(38, 10)) as kept_before_amount,
        cast(placed.state_amount as decimal(38, 10)) as amount_out
    from placed
    left join last_begun
        on placed.plan_id = last_begun.plan_id
        and placed.component_id = last_begun.component_id
        and placed.position_id = last_begun.position_id
        and placed.payee_id = last_begun.payee_id
        and placed.period_id = last_begun.period_id
    where placed.gate_acts_on = 'increase'
    union all
    select
        kept.plan_id, kept.component_id, kept.position_id, kept.payee_id, kept.period_id, kept.rounding_mode,
        kept.rounding_digits, kept.from_date, kept.window_id, kept.gate_number,
        true as is_gate,
        kept.amount_in,
        cast(case when kept.acts_on = 'rest' then kept.kept_before_amount else kept.gain_before_amount end as decimal(38, 10))
            as grown_from_amount,
        cast(
            greatest(
                kept.amount_in - case when kept.acts_on = 'rest' then kept.kept_before_amount else kept.gain_before_amount end,
                0.0000000000
            ) as decimal(38, 10)
        ) as growth_amount,
        cast(
            round_money(
                times(
                    greatest(
                        kept.amount_in
                            - case when kept.acts_on = 'rest' then kept.kept_before_amount else kept.gain_before_amount end,
                        0.0000000000
                    ),
                    kept.gate_rate
                ),
                kept.rounding_digits, kept.rounding_mode
            ) as decimal(38, 10)
        ) as let_through_amount,
        cast(kept.kept_before_amount as decimal(38, 10)) as kept_before_amount,
        cast(
            case
                when kept.acts_on = 'total' and kept.amount_in > 0.0
                    then round_money(times(kept.amount_in, kept.gate_rate), kept.rounding_digits, kept.rounding_mode)
                when kept.acts_on = 'total' then kept.amount_in
                else kept.kept_amount + least(kept.amount_in, 0.0000000000)
            end as decimal(38, 10)
        ) as amount_out
    from (
        -- What is kept is never above the result: kept = least(kept before + let through, result), folded over the
        -- window. So a fall takes first what a shut gate had kept back, and never more than was earned.
        select
            folded.plan_id, folded.component_id, folded.position_id, folded.payee_id, folded.period_id,
            folded.rounding_mode, folded.rounding_digits, folded.from_date, folded.window_id, folded.gate_number,
            folded.acts_on, folded.gate_rate, folded.amount_in, folded.gain_before_amount, folded.kept_amount,
            coalesce(
                lag(folded.kept_amount) over (
                    partition by
                        folded.plan_id, folded.component_id, folded.position_id, folded.payee_id, folded.window_id
                    order by folded.from_date
                ),
                0.0000000000
            ) as kept_before_amount
        from (
            select
                summed.plan_id, summed.component_id, summed.position_id, summed.payee_id, summed.period_id, summed.rounding_mode,
                summed.rounding_digits, summed.from_date, summed.window_id, summed.gate_number, summed.acts_on, summed.gate_rate,
                summed.amount_in, summed.gain_before_amount,
                summed.let_through_sum + least(
                    min(greatest(summed.amount_in, 0.0000000000) - summed.let_through_sum) over (
                        partition by summed.plan_id, summed.component_id, summed.position_id, summed.payee_id, summed.window_id
                        order by summed.from_date
                        rows between unbounded preceding and current row
                    ),
                    0.0000000000
                ) as kept_amount
            from (
                select
                    grown.plan_id, grown.component_id, grown.position_id, grown.payee_id, grown.period_id,
                    grown.rounding_mode, grown.rounding_digits, grown.from_date, grown.window_id, grown.gate_number,
                    grown.acts_on, grown.gate_rate, grown.amount_in, grown.gain_before_amount,
                    sum(
                        round_money(
                            times(
                                greatest(
                                    grown.amount_in
                                        - case when grown.acts_on = 'rest' then 0.0000000000 else grown.gain_before_amount end,
                                    0.0000000000
                                ),
                                grown.gate_rate
                            ),
                            grown.rounding_digits, grown.rounding_mode
                        )
                    ) over (
                        partition by
                            grown.plan_id, grown.component_id, grown.position_id, grown.payee_id, grown.window_id
                        order by grown.from_date
                        rows between unbounded preceding and current row
                    ) as let_through_sum
                from (
                    select
                        followed.plan_id, followed.component_id, followed.position_id, followed.payee_id,
                        followed.period_id, followed.rounding_mode, followed.rounding_digits, followed.from_date,
                        followed.window_id, gates.gate_number, gates.acts_on, gates.gate_rate,
                        followed.amount_out as amount_in,
                        greatest(
                            coalesce(
                                lag(followed.amount_out) over (
                                    partition by
                                        followed.plan_id, followed.component_id, followed.position_id,
                                        followed.payee_id, followed.window_id
                                    order by followed.from_date
                                ),
                                0.0000000000
                            ),
                            0.0000000000
                        ) as gain_before_amount
                    from followed
                    inner join gates
                        on followed.plan_id = gates.plan_id
                        and followed.component_id = gates.component_id
                        and followed.position_id = gates.position_id
                        and followed.payee_id = gates.payee_id
                        and followed.period_id = gates.period_id
                        and followed.gate_number + 1 = gates.gate_number
                ) as grown
            ) as summed
        ) as folded
    ) as kept
),

-- Points are not money: no gate costs anything until a pool shares its pot.
effects as (
    select
        plan_id, component_id, position_id, payee_id, period_id, from_date, window_id, gate_number, amount_in,
        cast(null as decimal(38, 10)) as grown_from_amount, cast(null as decimal(38, 10)) as growth_amount,
        cast(null as decimal(38, 10)) as let_through_amount, cast(null as decimal(38, 10)) as kept_before_amount,
        case when amount_in > 0.0 then times(amount_in, gate_rate) else amount_in end as amount_out,
        case
            when output = 'points' or amount_in <= 0.0 then 0.0000
            else round_money(times(amount_in, gate_rate), rounding_digits, rounding_mode)
                - round_money(amount_in, rounding_digits, rounding_mode)
        end as effect_to_date_amount
    from begun
    union all
    select
        plan_id, component_id, position_id, payee_id, period_id, from_date, window_id, gate_number, amount_in,
        grown_from_amount, growth_amount, let_through_amount, kept_before_amount, amount_out,
        amount_out - amount_in as effect_to_date_amount
    from followed
    where is_gate
),

compared as (
    select
        plan_id, component_id, position_id, payee_id, period_id, gate_number, amount_in, grown_from_amount,
        growth_amount, let_through_amount, kept_before_amount, amount_out, effect_to_date_amount,
        coalesce(
            lag(effect_to_date_amount) over (
                partition by plan_id, component_id, position_id, payee_id, window_id, gate_number order by from_date
            ),
            0.0000000000
        ) as effect_before_amount
    from effects
)

select
    compared.plan_id,
    compared.component_id,
    compared.position_id,
    compared.payee_id,
    compared.period_id,
    compared.gate_number,
    gates.gate_component_id,
    gates.acts_on,
    gates.is_before_rounding,
    gates.looked_at_value,
    gates.gate_rate,
    cast(compared.amount_in as decimal(38, 10)) as amount_in,
    case when gates.acts_on = 'total' then null else compared.grown_from_amount end as grown_from_amount,
    case when gates.acts_on = 'total' then null else compared.growth_amount end as growth_amount,
    case when gates.acts_on = 'total' then null else compared.let_through_amount end as let_through_amount,
    case when gates.acts_on = 'total' then null else compared.kept_before_amount end as kept_before_amount,
    cast(compared.amount_out as decimal(38, 10)) as amount_out,
    round_money(compared.effect_to_date_amount, 4, 'half_up') as effect_to_date_amount,
    round_money(compared.effect_before_amount, 4, 'half_up') as effect_before_amount,
    round_money(compared.effect_to_date_amount - compared.effect_before_amount, 4, 'half_up') as effect_amount
from compared
inner join gates
    on compared.plan_id = gates.plan_id
    and compared.component_id = gates.component_id
    and compared.position_id = gates.position_id
    and compared.payee_id = gates.payee_id
    and compared.period_id = gates.period_id
    and compared.gate_number = gates.gate_number
