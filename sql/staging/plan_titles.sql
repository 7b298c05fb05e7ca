-- One row per title of a plan or component that is for one language.
select
    plan_id, component_id, language_code, title, document_file, document_line
from landed.plan_titles
