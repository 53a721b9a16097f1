-- What the target has with fewer files than it carries at the source: one was added later, taken away
-- there, or not taken by either portal at the time. By number, for which file is which the files
-- themselves tell, and those are not asked for before a plan.
with wanted as (
    select
        carried.object_type,
        carried.source_key,
        count(*) as wanted_count
    from {{ ref('int_migration_attachments') }} as carried
    inner join {{ source('source_portal', 'files') }} as files on carried.file_id = files.id
    where not files.archived
    group by carried.object_type, carried.source_key
),

there as (
    select
        migrated.object_type,
        migrated.source_key,
        len(list_filter(
            {{ split_list(
                "coalesce(" ~ property_value('migrated.properties', 'hs_attachment_ids') ~ ", '')"
            ) }},
            lambda one: one <> ''
        )) as found_count
    from {{ source('lookups', 'migrated') }} as migrated
    inner join {{ ref('stg_migration__target_properties') }} as definitions
        on
            migrated.object_type = definitions.object_type
            and definitions.name = 'hs_attachment_ids'
            and not definitions.is_read_only
)

select
    wanted.object_type,
    wanted.source_key
from wanted
inner join there
    on wanted.object_type = there.object_type and wanted.source_key = there.source_key
where wanted.wanted_count > there.found_count
