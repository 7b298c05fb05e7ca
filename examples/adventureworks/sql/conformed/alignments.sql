-- One row per territory and rep assigned to it.
with salesperson_regions as (
    select employee_key, territory_id
    from staging.salesperson_regions
),
sales_force as (
    select employee_key, position_id, role_id
    from conformed.sales_force
),
numbered_reps as (
    select
        salesperson_regions.territory_id,
        sales_force.position_id,
        count(*) over (partition by salesperson_regions.territory_id) as rep_count,
        row_number() over (
            partition by salesperson_regions.territory_id
            order by sales_force.position_id
        ) as rep_ordinal
    from salesperson_regions
    inner join sales_force on sales_force.employee_key = salesperson_regions.employee_key
    where sales_force.role_id = 'representative'
)
select
    'regions' as alignment_id,
    'place' as place_kind,
    territory_id as place_key,
    'all' as product_scope_kind,
    '*' as product_scope_key,
    position_id,
    date '1900-01-01' as from_date,
    date '9999-12-31' as to_date,
    equal_share(cast(rep_count as bigint), cast(rep_ordinal as bigint)) as share_rate
from numbered_reps
