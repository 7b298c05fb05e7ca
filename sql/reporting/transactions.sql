-- One row per transaction line as it stands in this release.
select
    source_id, transaction_id, line_id, document_type, account_id, place_id, product_id, channel_id, named_position_id,
    quantity, net_amount, cost_amount, currency_code, booking_date, period_id, row_version_id
from conformed.transactions
