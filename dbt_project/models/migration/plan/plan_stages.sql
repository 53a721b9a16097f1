{{ config(schema='migration') }}

select
    pipeline_id as source_pipeline_id,
    stage_id as source_stage_id,
    label,
    cast(display_order as bigint) as display_order,
    ticket_state,
    target_stage_id,
    case when target_stage_id is null then 'create' else 'equal' end as action
from {{ ref('int_migration_stages') }}
