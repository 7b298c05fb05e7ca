-- One row per transaction line, credited position, credit type, rule and position that the credit came from.
select
    source_id, transaction_id, line_id, position_id, credit_type, rule_id, from_position_id, rule_set_id, document_type,
    product_id, share_rate, credited_quantity, credited_amount, currency_code, booking_date, period_id, row_version_id
from credits.credits
