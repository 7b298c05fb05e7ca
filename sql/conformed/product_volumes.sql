-- One row per product with a unit of volume. A project that has them replaces this model.
select
    '' as product_id,
    '' as volume_unit,
    cast(0 as decimal(28, 12)) as volume_factor
where false
