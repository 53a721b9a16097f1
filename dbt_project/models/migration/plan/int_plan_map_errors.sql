-- Rows of the map that name what is not there: nothing may be written before they are right.
with maps as (
    select * from {{ ref('stg_migration__maps') }}
),

source_stages as (
    select distinct
        pipelines.source_label || ' / ' || stages.source_label as stage_path,
        pipelines.source_label as pipeline_label
    from {{ ref('int_migration_stages') }} as stages
    inner join {{ ref('int_migration_pipelines') }} as pipelines
        on stages.pipeline_id = pipelines.pipeline_id
),

target_stages as (
    select
        pipeline_label,
        label
    from {{ ref('stg_migration__target_stages') }}
),

properties as (
    select name from {{ ref('int_migration_property_rules') }}
),

owners as (
    select email from {{ ref('stg_migration__target_owners') }}
    where not is_archived
)

select
    'unknown_in_map' as kind,
    maps.kind as map_kind,
    maps.source_value,
    maps.target_value,
    case
        when
            maps.kind not in
            (
                'pipeline',
                'stage',
                'owner',
                'property',
                'option',
                'contact',
                'company',
                'deal',
                'skip_property'
            )
            then 'no kind of map is called ' || maps.kind
        when
            maps.kind = 'stage'
            and maps.source_value not in (select source_stages.stage_path from source_stages)
            then
                'the source has no stage '
                || maps.source_value
                || ' (write: pipeline label / stage label)'
        when
            maps.kind = 'stage'
            and coalesce(maps.target_value, '') not in (
                select target_stages.label from target_stages
            )
            then 'the target has no stage labelled ' || coalesce(maps.target_value, '')
        when
            maps.kind = 'pipeline'
            and maps.source_value not in (select source_stages.pipeline_label from source_stages)
            then 'the source has no pipeline ' || maps.source_value
        when
            maps.kind = 'pipeline'
            and coalesce(maps.target_value, '') not in (
                select target_stages.pipeline_label from target_stages
            )
            then 'the target has no pipeline labelled ' || coalesce(maps.target_value, '')
        when
            maps.kind = 'owner'
            and lower(coalesce(maps.target_value, '')) not in (
                select owners.email from owners
                where owners.email is not null
            )
            then 'the target has no active owner with this e-mail'
        when
            maps.kind = 'property'
            and maps.source_value not in (select properties.name from properties)
            then 'the source has no ticket property ' || maps.source_value
        when
            maps.kind = 'property' and doubled.written_besides is not null
            then
                doubled.written_besides
                || ' is written into the target''s '
                || maps.target_value
                || ': name another one, or leave that one out (kind skip_property)'
        when
            maps.kind = 'option'
            and split_part(maps.source_value, '=', 1) not in (select properties.name from properties
            )
            then 'the source has no ticket property ' || split_part(maps.source_value, '=', 1)
        when
            maps.kind in ('property', 'option', 'contact', 'company', 'deal')
            and coalesce(maps.target_value, '') = ''
            then 'it names nothing at the target'
    end as reason
from maps
left join {{ ref('int_plan_double_writes') }} as doubled
    on maps.kind = 'property' and maps.source_value = doubled.name
