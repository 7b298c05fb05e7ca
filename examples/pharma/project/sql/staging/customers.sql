-- One row per pharmacy or hospital.
with landed_customers as (
    select customer_number, customer_name, kind_name, chain_name, brick_number, later_brick_number
    from landed.de_customers
    union all
    select customer_number, customer_name, kind_name, chain_name, brick_number, later_brick_number
    from landed.pl_customers
),

changes as (
    select old_place_id, min(from_date) as from_date
    from staging.brick_map
    group by old_place_id
)

select
    landed_customers.customer_number as account_id,
    landed_customers.customer_name as account_name,
    case
        when landed_customers.kind_name in ('Klinik', 'Szpital') then 'hospital'
        when landed_customers.chain_name is not null then 'chain_pharmacy'
        else 'pharmacy'
    end as account_kind,
    landed_customers.chain_name,
    landed_customers.brick_number as place_id,
    coalesce(landed_customers.later_brick_number, landed_customers.brick_number) as later_place_id,
    coalesce(changes.from_date, date '9999-12-31') as later_from_date
from landed_customers
left join changes on landed_customers.brick_number = changes.old_place_id
