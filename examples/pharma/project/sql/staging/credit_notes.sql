-- One row per credit without packs; two that are alike are two.
with landed_notes as (
    select
        'de_credit_notes' as source_id, 'EUR' as currency_code, booking_date, customer_number, product_number,
        note_number, credit_amount, _row_version_id
    from landed.de_credit_notes
    union all
    select
        'pl_credit_notes' as source_id, 'PLN' as currency_code, booking_date, customer_number, product_number,
        note_number, credit_amount, _row_version_id
    from landed.pl_credit_notes
)

select
    landed_notes.source_id,
    concat(cast(landed_notes.booking_date as varchar), ' ', landed_notes.customer_number) as transaction_id,
    concat(landed_notes.product_number, ' ', cast(landed_notes.note_number as varchar)) as line_id,
    landed_notes._row_version_id as row_version_id,
    landed_notes.booking_date,
    landed_notes.customer_number as account_id,
    landed_notes.product_number as product_id,
    cast(- landed_notes.credit_amount as decimal(19, 4)) as net_amount,
    landed_notes.currency_code
from landed_notes
