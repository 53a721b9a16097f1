-- Stages with their pipeline; those that were deleted are marked, tickets may still stand in one.
with stages as (
    select * from {{ source('source_portal', 'stages') }}
),

pipelines as (
    select * from {{ source('source_portal', 'pipelines') }}
)

select
    stages.pipeline_id,
    stages.id as stage_id,
    pipelines.label as pipeline_label,
    pipelines.display_order as pipeline_order,
    stages.label,
    stages.display_order,
    {{ stage_state('stages') }} as ticket_state,
    coalesce(stages.archived, false) or stages.removed_at is not null as is_archived,
    coalesce(pipelines.archived, false) or pipelines.removed_at is not null as is_pipeline_archived
from stages
inner join pipelines on stages.pipeline_id = pipelines.id
