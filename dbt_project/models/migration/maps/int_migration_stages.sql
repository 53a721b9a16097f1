-- Which stage of the target each stage of the source becomes: the declared one, or the one of the
-- same label in the same pipeline, letters large or small. After the write the ledger knows it,
-- whatever it is called since; where there is no ledger, a renamed one is known by order and state.
with labelled as (
    select
        wanted.pipeline_id,
        wanted.stage_id,
        wanted.source_label,
        wanted.display_order,
        wanted.ticket_state,
        wanted.is_archived,
        wanted.is_used,
        pipelines.target_pipeline_id,
        declared.reason as declared_reason,
        coalesce(declared.target_value, wanted.source_label) as label
    from {{ ref('int_migration_source_stages') }} as wanted
    inner join {{ ref('int_migration_pipelines') }} as pipelines
        on wanted.pipeline_id = pipelines.pipeline_id
    left join {{ ref('stg_migration__maps') }} as declared
        on
            declared.kind = 'stage'
            and declared.source_value = pipelines.source_label || ' / ' || wanted.source_label
),

target_stages as (
    select * from {{ ref('stg_migration__target_stages') }}
),

-- Two of the source may not become one of the target by their letters' size alone.
spelled_alike as (
    select
        target_stages.pipeline_id,
        lower(target_stages.label) as label,
        min(target_stages.stage_id) as stage_id
    from target_stages
    left join labelled
        on
            target_stages.pipeline_id = labelled.target_pipeline_id
            and target_stages.label = labelled.label
    where labelled.stage_id is null
    group by target_stages.pipeline_id, lower(target_stages.label)
),

remembered as (
    {{ remembered('stages') }}
),

found as (
    select
        labelled.*,
        remembered.source_key is not null as is_remembered,
        coalesce(standing.stage_id, same.stage_id, alike.stage_id) as target_stage_id
    from labelled
    left join remembered
        on labelled.pipeline_id || '/' || labelled.stage_id = remembered.source_key
    left join target_stages as standing
        on
            labelled.target_pipeline_id = standing.pipeline_id
            and remembered.target_id = standing.stage_id
    left join target_stages as same
        on labelled.target_pipeline_id = same.pipeline_id and labelled.label = same.label
    left join spelled_alike as alike
        on
            same.stage_id is null
            and labelled.target_pipeline_id = alike.pipeline_id
            and lower(labelled.label) = alike.label
),

left_over as (
    select
        pipeline_id,
        stage_id,
        target_pipeline_id,
        ticket_state,
        row_number() over (
            partition by pipeline_id, ticket_state order by display_order, stage_id
        ) as place
    from found
    where target_stage_id is null and not is_remembered
),

target_left_over as (
    select
        target.pipeline_id,
        target.stage_id,
        target.ticket_state,
        row_number() over (
            partition by target.pipeline_id, target.ticket_state
            order by target.display_order, target.stage_id
        ) as place
    from target_stages as target
    left join found
        on target.pipeline_id = found.target_pipeline_id and target.stage_id = found.target_stage_id
    where found.stage_id is null
)

select
    found.* exclude (target_stage_id, is_remembered),
    coalesce(
        found.target_stage_id
        {%- if not is_plan() %}, target_left_over.stage_id{% endif %}
    ) as target_stage_id
from found
left join left_over
    on found.pipeline_id = left_over.pipeline_id and found.stage_id = left_over.stage_id
left join target_left_over
    on
        left_over.target_pipeline_id = target_left_over.pipeline_id
        and left_over.ticket_state = target_left_over.ticket_state
        and left_over.place = target_left_over.place
