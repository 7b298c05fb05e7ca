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

multipliers as (
    select
        plan_id, position_id, payee_id, period_id, multiplier_count, factor_1_rate, factor_2_rate, factor_3_rate,
        factor_4_rate, factor_5_rate, factor_6_rate
    from incentives._multipliers
    where component_id = ''
),

eligibility as (
    select plan_id, position_id, payee_id, period_id, window_kind, eligible_incentive_amount
    from attainment.eligibility
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
        times(
            times(
                times(
                    times(
                        times(
                            times(summed.sum_amount, coalesce(multipliers.factor_1_rate, 1.0)),
                            coalesce(multipliers.factor_2_rate, 1.0)
                        ),
                        coalesce(multipliers.factor_3_rate, 1.0)
                    ),
                    coalesce(multipliers.factor_4_rate, 1.0)
                ),
                coalesce(multipliers.factor_5_rate, 1.0)
            ),
            coalesce(multipliers.factor_6_rate, 1.0)
        ) as multiplied_amount
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
        when plans.cap_of = 'target_incentive' then times(plans.cap_at, cap_terms.eligible_incentive_amount)
        else plans.cap_at
    end as cap_amount,
    case
        when plans.floor_of = 'target_incentive' then times(plans.floor_at, floor_terms.eligible_incentive_amount)
        else plans.floor_at
    end as floor_amount
from multiplied
inner join plans on multiplied.plan_id = plans.plan_id
left join eligibility as cap_terms
    on multiplied.plan_id = cap_terms.plan_id
    and multiplied.position_id = cap_terms.position_id
    and multiplied.payee_id = cap_terms.payee_id
    and multiplied.period_id = cap_terms.period_id
    and plans.cap_span = cap_terms.window_kind
left join eligibility as floor_terms
    on multiplied.plan_id = floor_terms.plan_id
    and multiplied.position_id = floor_terms.position_id
    and multiplied.payee_id = floor_terms.payee_id
    and multiplied.period_id = floor_terms.period_id
    and plans.floor_span = floor_terms.window_kind
