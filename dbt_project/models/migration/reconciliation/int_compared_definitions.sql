-- Definitions, attribute by attribute: what the source has and what stands for it in the target.
with rules as (
    select * from {{ ref('int_migration_property_rules') }}
    where treatment = 'write' and not is_hubspot_defined
),

target_properties as (
    select * from {{ ref('stg_migration__target_properties') }}
    where object_type = 'tickets'
),

originals (name, type) as (
    values
    {% for original in migration_originals() -%}
    ('{{ original.name }}', '{{ original.type }}'){{ ',' if not loop.last }}
    {% endfor %}
),

target_options as (
    select
        target_properties.name,
        option.value
    from target_properties
    cross join lateral ({{ options_of('target_properties.options') }}) as option
),

source_groups as (
    select
        name,
        label
    from {{ source('source_portal', 'property_groups') }}
    where object_type = 'tickets' and removed_at is null
),

target_groups as (
    select name
    from {{ source('target_portal', 'property_groups') }}
    where object_type = 'tickets' and removed_at is null
),

-- What stood before may spell its label in its own way; what the migration made may not.
made_here as (
    select distinct
        object_type,
        target_id
    from {{ source('migration_request', 'ledger') }}
    where is_ours and object_type in ('pipelines', 'stages')
),

stages as (
    select
        stages.pipeline_id,
        stages.stage_id,
        stages.label,
        stages.ticket_state,
        stages.declared_reason,
        stages.target_stage_id,
        target.label as target_label,
        target.ticket_state as target_state,
        made_here.target_id is null and lower(stages.label) = lower(target.label)
            as is_spelled_alike,
        rank() over (partition by stages.pipeline_id order by stages.display_order) as place,
        rank() over (partition by stages.pipeline_id order by target.display_order) as target_place
    from {{ ref('int_migration_stages') }} as stages
    left join {{ ref('stg_migration__target_stages') }} as target
        on
            stages.target_pipeline_id = target.pipeline_id
            and stages.target_stage_id = target.stage_id
    left join made_here
        on made_here.object_type = 'stages' and stages.target_stage_id = made_here.target_id
),

target_pipelines as (
    select
        pipeline_id,
        min(pipeline_label) as label
    from {{ ref('stg_migration__target_stages') }}
    group by pipeline_id
),

pipelines as (
    select
        pipelines.*,
        target.label as target_label,
        made_here.target_id is null and lower(pipelines.label) = lower(target.label)
            as is_spelled_alike
    from {{ ref('int_migration_pipelines') }} as pipelines
    left join target_pipelines as target
        on pipelines.target_pipeline_id = target.pipeline_id
    left join made_here
        on
            made_here.object_type = 'pipelines'
            and pipelines.target_pipeline_id = made_here.target_id
)

{{ compared_definitions() }}
