-- One row per payee, earning code, currency, period, period of origin and cause: what is due.
with incentives as (
    select payee_id, earning_code, currency_code, period_id, is_complete, incentive_amount
    from incentives.incentives
)

select
    payee_id,
    earning_code,
    currency_code,
    period_id,
    period_id as origin_period_id,
    'earned' as cause,
    is_complete,
    count(incentive_amount) as incentive_count,
    cast(sum(incentive_amount) as decimal(19, 4)) as deposit_amount
from incentives
group by payee_id, earning_code, currency_code, period_id, is_complete
