-- One row per return whose note or order is known.
with returns as (
    select source_id, transaction_id, product_id, original_transaction_id, original_line_id
    from staging.returns
    where original_transaction_id is not null
),

-- Polish hospital orders have no line numbers: of the lines with the pack, the first is meant.
first_lines as (
    select source_id, transaction_id, product_id, min(line_id) as line_id
    from staging.hospital_lines
    group by source_id, transaction_id, product_id
)

select
    returns.source_id,
    returns.transaction_id,
    '1' as line_id,
    returns.original_transaction_id,
    coalesce(returns.original_line_id, first_lines.line_id) as original_line_id
from returns
left join first_lines
    on returns.source_id = first_lines.source_id
    and returns.original_transaction_id = first_lines.transaction_id
    and returns.product_id = first_lines.product_id
where returns.original_line_id is not null or first_lines.line_id is not null
