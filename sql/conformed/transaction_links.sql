-- One row per transaction line that takes back another. A project that has them replaces this model.
select
    '' as source_id,
    '' as transaction_id,
    '' as line_id,
    '' as original_transaction_id,
    '' as original_line_id
where false
