{{ config(schema='migration') }}

select
    pipeline_id as source_pipeline_id,
    label,
    cast(display_order as bigint) as display_order,
    target_pipeline_id,
    case when target_pipeline_id is null then 'create' else 'equal' end as action
from {{ ref('int_migration_pipelines') }}
