-- The stages of the source: those that stand, and those that tickets are in though they are gone.
with stood_in as (
    select distinct
        pipelines.value as pipeline_id,
        stages.value as stage_id
    from {{ ref('stg_migration__source_values') }} as stages
    inner join {{ ref('stg_migration__source_values') }} as pipelines
        on stages.ticket_id = pipelines.ticket_id and pipelines.property_name = 'hs_pipeline'
    inner join {{ ref('int_migration_scope') }} as scope
        on stages.ticket_id = scope.ticket_id
    where stages.property_name = 'hs_pipeline_stage' and not scope.is_archived
),

named as (
    select
        pipeline_id,
        stage_id,
        label,
        display_order,
        ticket_state,
        is_archived or is_pipeline_archived as is_archived
    from {{ ref('stg_migration__source_stages') }}
)

select
    coalesce(named.pipeline_id, stood_in.pipeline_id) as pipeline_id,
    coalesce(named.stage_id, stood_in.stage_id) as stage_id,
    coalesce(named.label, stood_in.stage_id) as source_label,
    coalesce(named.display_order, 99) as display_order,
    coalesce(named.ticket_state, 'OPEN') as ticket_state,
    coalesce(named.is_archived, true) as is_archived,
    stood_in.stage_id is not null as is_used
from named
full outer join stood_in
    on named.pipeline_id = stood_in.pipeline_id and named.stage_id = stood_in.stage_id
where
    (not named.is_archived or stood_in.stage_id is not null)
    and coalesce(named.stage_id, stood_in.stage_id) <> ''
