-- One row per payee, earning code, currency, period, period of origin and cause: what is due.
with lines as (
    select
        payee_id, earning_code, currency_code, period_id, origin_period_id, cause, is_complete, incentive_count,
        exchange_rate_id, deposit_amount
    from incentives.deposit_lines
)

select
    payee_id,
    earning_code,
    currency_code,
    period_id,
    origin_period_id,
    cause,
    is_complete,
    sum(incentive_count) as incentive_count,
    case when min(exchange_rate_id) = max(exchange_rate_id) then min(exchange_rate_id) else null end as exchange_rate_id,
    cast(sum(deposit_amount) as decimal(19, 4)) as deposit_amount
from lines
group by payee_id, earning_code, currency_code, period_id, origin_period_id, cause, is_complete
