{%- set marts = source('source_marts', 'tickets') -%}
-- What a ticket was at the source beyond its properties: when it lived, where it stood and whose it
-- was in words, and what the source's marts say of its service levels.
with scope as (
    select * from {{ ref('int_migration_scope') }}
),

request as (
    select * from {{ ref('stg_migration__request') }}
),

place as (
    select
        ticket_id,
        max(value) filter (where property_name = 'hs_pipeline') as pipeline_id,
        max(value) filter (where property_name = 'hs_pipeline_stage') as stage_id,
        max(value) filter (where property_name = 'hubspot_owner_id') as owner_id
    from {{ ref('stg_migration__source_values') }}
    where property_name in ('hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id')
    group by ticket_id
),

-- HubSpot demands a stage of a ticket that is created.
first_stages as (
    select
        pipeline_id,
        min_by(stage_id, (display_order, stage_id)) as stage_id
    from {{ ref('int_migration_stages') }}
    where not is_archived
    group by pipeline_id
),

default_pipeline as (
    select
        min(pipeline_id) as pipeline_id,
        min_by(stage_id, pipeline_id) as stage_id
    from first_stages
),

standing as (
    select
        scope.ticket_id,
        place.pipeline_id,
        place.stage_id,
        place.owner_id,
        coalesce(nullif(place.pipeline_id, ''), default_pipeline.pipeline_id)
            as written_pipeline_id,
        coalesce(
            nullif(place.stage_id, ''), first_stages.stage_id, default_pipeline.stage_id
        ) as written_stage_id
    from scope
    left join place on scope.ticket_id = place.ticket_id
    left join first_stages on place.pipeline_id = first_stages.pipeline_id
    cross join default_pipeline
),

clocks as (
    select
        ticket_id,
        max(stopped_at) filter (where metric = 'resolution') as resolved_at,
        max(status) filter (where metric = 'resolution') as resolution_status,
        max(status) filter (where metric = 'first_response') as first_response_status
    from (
        select
            ticket_id,
            metric,
            stopped_at,
            -- what a running clock says changes with the hour, what a stopped one says does not
            case when status in ('met', 'breached', 'cancelled') then status else 'running' end
                as status
        from {{ source('source_marts', 'ticket_slas') }}
        where cycle = 1 and metric in ('resolution', 'first_response')
    ) as told
    group by ticket_id
),

responses as (
    select
        ticket_id,
        {{ mart_column(marts, 'first_response_at', 'timestamp') }} as first_response_at
    from {{ marts }}
)

select
    scope.ticket_id,
    request.source_portal_id,
    standing.pipeline_id,
    standing.stage_id,
    standing.owner_id,
    standing.written_pipeline_id,
    standing.written_stage_id,
    coalesce(pipelines.source_label, standing.pipeline_id) as pipeline_label,
    coalesce(stages.source_label, standing.stage_id) as stage_label,
    case when standing.owner_id <> '' then coalesce(owners.email, standing.owner_id) end
        as owner_name,
    owners.target_owner_id,
    owners.how as owner_how,
    scope.created_at,
    responses.first_response_at,
    clocks.resolved_at,
    clocks.resolution_status,
    clocks.first_response_status,
    {{ moment_text('scope.created_at') }} as created_text,
    {{ moment_text('scope.updated_at') }} as modified_text,
    {{ moment_text('responses.first_response_at') }} as first_response_text,
    {{ moment_text('clocks.resolved_at') }} as resolved_text
from scope
cross join request
left join standing on scope.ticket_id = standing.ticket_id
left join {{ ref('int_migration_pipelines') }} as pipelines
    on standing.pipeline_id = pipelines.pipeline_id
left join {{ ref('int_migration_stages') }} as stages
    on standing.pipeline_id = stages.pipeline_id and standing.stage_id = stages.stage_id
left join {{ ref('int_migration_owners') }} as owners on standing.owner_id = owners.owner_id
left join clocks on scope.ticket_id = clocks.ticket_id
left join responses on scope.ticket_id = responses.ticket_id
