-- One row per hold on pay.
with stopped_pay as (
    select hold_id, payee_id, earning_code, from_period_id, reason, release_period_id
    from staging.stopped_pay
)

select
    stopped_pay.hold_id,
    stopped_pay.payee_id,
    stopped_pay.earning_code,
    stopped_pay.from_period_id,
    stopped_pay.reason,
    stopped_pay.release_period_id
from stopped_pay
