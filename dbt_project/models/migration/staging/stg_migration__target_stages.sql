{% if is_plan() -%}
select
    stages.pipeline_id,
    stages.stage_id,
    pipelines.label as pipeline_label,
    pipelines.display_order as pipeline_order,
    stages.label,
    stages.display_order,
    stages.ticket_state
from {{ source('lookups', 'stages') }} as stages
inner join {{ source('lookups', 'pipelines') }} as pipelines
    on stages.pipeline_id = pipelines.pipeline_id
{%- else -%}
select
    stages.pipeline_id,
    stages.id as stage_id,
    pipelines.label as pipeline_label,
    pipelines.display_order as pipeline_order,
    stages.label,
    stages.display_order,
    {{ stage_state('stages') }} as ticket_state
from {{ source('target_portal', 'stages') }} as stages
inner join {{ source('target_portal', 'pipelines') }} as pipelines
    on stages.pipeline_id = pipelines.id
where
    stages.removed_at is null
    and pipelines.removed_at is null
    and not coalesce(stages.archived, false)
    and not coalesce(pipelines.archived, false)
{%- endif %}
