-- One row per plan, position, payee and period with pay: what its components give together, after the plan's multipliers, and the plan's limits.
with incentives as (
    select
        plan_id, plan_version, position_id, payee_id, period_id, is_complete, earning_code, currency_code, exact_amount,
        incentive_amount
    from incentives.incentives
),

plans as (
    select plan_id, cap_of, cap_at, cap_span, floor_of, floor_at, floor_span
    from conformed.plan_plans
),

factors as (
    select plan_id, position_id, payee_id, period_id, multiplier_number, factor_rate
    from incentives._factors
    where component_id = ''
),

eligibility as (
    select plan_id, payee_id, period_id, eligible_incentive_amount
    from attainment.eligibility
    where window_kind = 'period'
),

periods as (
    select period_id, from_date, quarter_id, year_id
    from conformed.periods
),

-- A limit that is a multiple of the target incentive goes by that of all the payee's seats, over the span so far.
payee_terms as (
    select plan_id, payee_id, period_id, sum(eligible_incentive_amount) as period_amount
    from eligibility
    group by plan_id, payee_id, period_id
),

terms as (
    select
        payee_terms.plan_id, payee_terms.payee_id, payee_terms.period_id, payee_terms.period_amount,
        sum(payee_terms.period_amount) over (
            partition by payee_terms.plan_id, payee_terms.payee_id, periods.quarter_id
            order by periods.from_date
            rows between unbounded preceding and current row
        ) as quarter_amount,
        sum(payee_terms.period_amount) over (
            partition by payee_terms.plan_id, payee_terms.payee_id, periods.year_id
            order by periods.from_date
            rows between unbounded preceding and current row
        ) as year_amount
    from payee_terms
    inner join periods on payee_terms.period_id = periods.period_id
),

multipliers as (
    select
        plan_id, position_id, payee_id, period_id,
        count(multiplier_number) as multiplier_count,
        array_agg(factor_rate order by multiplier_number) as factor_rates
    from factors
    group by plan_id, position_id, payee_id, period_id
),

summed as (
    select
        plan_id, position_id, payee_id, period_id, plan_version, is_complete, earning_code, currency_code,
        count(incentive_amount) as component_count,
        sum(exact_amount) as sum_amount,
        sum(incentive_amount) as earned_amount
    from incentives
    group by plan_id, position_id, payee_id, period_id, plan_version, is_complete, earning_code, currency_code
),

multiplied as (
    select
        summed.plan_id, summed.position_id, summed.payee_id, summed.period_id, summed.plan_version, summed.is_complete,
        summed.earning_code, summed.currency_code, summed.component_count, summed.sum_amount, summed.earned_amount,
        coalesce(multipliers.multiplier_count, 0) as multiplier_count,
        times_each(summed.sum_amount, multipliers.factor_rates) as multiplied_amount
    from summed
    left join multipliers
        on summed.plan_id = multipliers.plan_id
        and summed.position_id = multipliers.position_id
        and summed.payee_id = multipliers.payee_id
        and summed.period_id = multipliers.period_id
)

select
    multiplied.plan_id,
    multiplied.position_id,
    multiplied.payee_id,
    multiplied.period_id,
    multiplied.plan_version,
    multiplied.is_complete,
    multiplied.earning_code,
    multiplied.currency_code,
    multiplied.component_count,
    cast(multiplied.sum_amount as decimal(38, 10)) as sum_amount,
    cast(multiplied.earned_amount as decimal(19, 4)) as earned_amount,
    multiplied.multiplier_count,
    multiplied.multiplied_amount,
    case
        when plans.cap_of <> 'target_incentive' then plans.cap_at
        when plans.cap_span = 'quarter_to_date' then times(plans.cap_at, terms.quarter_amount)
        when plans.cap_span = 'year_to_date' then times(plans.cap_at, terms.year_amount)
        else times(plans.cap_at, terms.period_amount)
    end as cap_amount,
    case
        when plans.floor_of <> 'target_incentive' then plans.floor_at
        when plans.floor_span = 'quarter_to_date' then times(plans.floor_at, terms.quarter_amount)
        when plans.floor_span = 'year_to_date' then times(plans.floor_at, terms.year_amount)
        else times(plans.floor_at, terms.period_amount)
    end as floor_amount
from multiplied
inner join plans on multiplied.plan_id = plans.plan_id
left join terms
    on multiplied.plan_id = terms.plan_id
    and multiplied.payee_id = terms.payee_id
    and multiplied.period_id = terms.period_id
