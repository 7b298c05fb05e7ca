-- One row per order line as the ERP delivered it last.
with order_lines as (
    select
        order_number, line_number, order_date, product_id, reseller_id, employee_key, territory_id,
        quantity, net_amount, cost_amount, _row_version_id
    from landed.erp_order_lines
)
select
    order_number,
    line_number,
    _row_version_id as row_version_id,
    order_date,
    product_id,
    reseller_id,
    employee_key,
    territory_id,
    quantity,
    net_amount,
    cost_amount,
    'USD' as currency_code
from order_lines
