-- Which files the engagements and messages carry; those of a message hang on its first note.
select distinct
    object_type,
    source_key,
    file_id
from (
    select
        object_type,
        source_key,
        {{ split_to_rows(property_value('properties', 'hs_attachment_ids')) }} as file_id
    from {{ ref('int_migration_engagements') }}
    union all
    select
        'notes' as object_type,
        source_key,
        {{ split_to_rows('file_ids') }} as file_id
    from {{ ref('int_migration_note_parts') }}
    where part = 1
) as carried
where file_id <> ''
