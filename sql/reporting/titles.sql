-- One row per plan, component and language: what people call it.
with plans as (
    select plan_id, plan_title
    from conformed.plan_plans
),

components as (
    select plan_id, component_id, component_title
    from conformed.plan_components
),

titles as (
    select plan_id, component_id, language_code, title
    from conformed.plan_titles
),

languages as (
    select language_code
    from (values ('de'), ('en')) as known (language_code)
),

named as (
    select plan_id, '' as component_id, plan_title as title
    from plans
    union all
    select plan_id, component_id, component_title as title
    from components
)

select
    named.plan_id,
    named.component_id,
    languages.language_code,
    coalesce(titles.title, named.title) as title,
    titles.title is not null as is_translated
from named
cross join languages
left join titles
    on named.plan_id = titles.plan_id
    and named.component_id = titles.component_id
    and languages.language_code = titles.language_code
