-- One row per transaction line and rule set whose shares do not add up to one.
select
    source_id, transaction_id, line_id, rule_set_id, rule_id, reason, covered_rate, net_amount, orphaned_amount,
    over_credited_amount, currency_code, booking_date, period_id
from credits.uncovered_lines
