-- Each ticket property of the source beside the one of the target that it would be written into.
with source_properties as (
    select * from {{ ref('stg_migration__source_properties') }}
    where object_type = 'tickets'
),

target_properties as (
    select * from {{ ref('stg_migration__target_properties') }}
    where object_type = 'tickets'
),

renamed as (
    select * from {{ ref('stg_migration__maps') }}
    where kind = 'property'
),

skipped as (
    select * from {{ ref('stg_migration__maps') }}
    where kind = 'skip_property'
),

originals (name) as (
    values
    {% for original in migration_originals() %}('{{ original.name }}'),
    {% endfor %}
    ('migration_source_key')
)

select
    source_properties.name,
    source_properties.label,
    source_properties.description,
    source_properties.type,
    source_properties.field_type,
    source_properties.group_name,
    source_properties.options,
    source_properties.is_unique,
    source_properties.is_hubspot_defined,
    source_properties.is_calculated,
    source_properties.is_read_only,
    target_properties.type as target_type,
    target_properties.field_type as target_field_type,
    target_properties.name is not null as is_in_target,
    coalesce(target_properties.is_read_only, false) as is_read_only_in_target,
    coalesce(target_properties.has_fixed_options, false) as has_fixed_options,
    coalesce(target_properties.options, '[]') as target_options,
    skipped.reason as skip_reason,
    originals.name is not null as is_reserved,
    coalesce(renamed.target_value, source_properties.name) as target_name,
    {{ is_of_a_stage('source_properties.name') }} as is_of_a_stage
from source_properties
left join renamed on source_properties.name = renamed.source_value
left join skipped on source_properties.name = skipped.source_value
left join originals on source_properties.name = originals.name
left join target_properties
    on coalesce(renamed.target_value, source_properties.name) = target_properties.name
