-- One row per transaction line, credited position, credit type, rule and position that the credit came from.
select
    source_id, transaction_id, line_id, position_id, credit_type, rule_id, from_position_id, rule_set_id, is_repeated,
    document_type, account_id, product_id, channel_id, share_rate, credited_quantity, credited_amount,
    credited_margin_amount, transaction_amount, currency_code, original_booking_date, booking_date, period_id,
    row_version_id
from credits.credits
