-- One row per payee, draw of a plan and period in which it is in force or has a balance that moves.
select
    payee_id, plan_id, draw_id, period_id, draw_kind, earning_code, currency_code, earned_amount, draw_amount,
    top_up_amount, recovered_amount, opening_balance_amount, closing_balance_amount
from incentives.draws
