-- One row per pharmacy, hospital or physician.
with customers as (
    select account_id, account_name, account_kind, later_place_id
    from staging.customers
),

physicians as (
    select account_id, account_name, place_id
    from staging.physicians
)

select customers.account_id, customers.account_name, customers.account_kind, customers.later_place_id as place_id
from customers
union all
select physicians.account_id, physicians.account_name, 'physician' as account_kind, physicians.place_id
from physicians
