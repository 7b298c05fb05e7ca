-- One row per rule set, period and currency: what was in scope, and where it went.
select
    rule_set_id, period_id, currency_code, credit_type, line_count, uncovered_line_count, in_scope_amount,
    declared_amount, credited_amount, orphaned_amount, over_credited_amount, rolled_up_amount
from credits.conservation
