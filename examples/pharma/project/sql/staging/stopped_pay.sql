-- One row per hold on pay.
with landed_holds as (
    select hold_number, employee_number, earning_code, from_period_id, reason_text, release_period_id
    from landed.finance_holds
)

select
    landed_holds.hold_number as hold_id,
    landed_holds.employee_number as payee_id,
    landed_holds.earning_code,
    landed_holds.from_period_id,
    landed_holds.reason_text as reason,
    landed_holds.release_period_id
from landed_holds
