-- What the target has without a file that it carries at the source: one was added later, exchanged,
-- taken away there, or not taken by either portal at the time. Which is which the ledger knows; of a
-- file that it does not know there only is to be another for each.
with uploaded as (
    select
        source_id,
        target_id
    from {{ source('migration_request', 'ledger') }}
    where object_type = 'files' and state = 'confirmed' and target_id is not null
),

wanted as (
    select
        carried.object_type,
        carried.source_key,
        uploaded.target_id
    from {{ ref('int_migration_attachments') }} as carried
    inner join {{ source('source_portal', 'files') }} as files on carried.file_id = files.id
    left join uploaded on carried.file_id = uploaded.source_id
    where not files.archived
),

migrated as (
    select
        migrated.object_type,
        migrated.source_key,
        coalesce({{ property_value('migrated.properties', 'hs_attachment_ids') }}, '') as file_ids
    from {{ source('lookups', 'migrated') }} as migrated
    inner join {{ ref('stg_migration__target_properties') }} as definitions
        on
            migrated.object_type = definitions.object_type
            and definitions.name = 'hs_attachment_ids'
            and not definitions.is_read_only
),

there as (
    select distinct
        object_type,
        source_key,
        {{ split_to_rows('file_ids') }} as target_id
    from migrated
),

others as (
    select
        object_type,
        source_key,
        count(*) as other_count
    from there
    where target_id <> '' and target_id not in (select uploaded.target_id from uploaded)
    group by object_type, source_key
),

lacking as (
    select
        wanted.object_type,
        wanted.source_key,
        count(*) filter (wanted.target_id is null) as unknown_count,
        bool_or(wanted.target_id is not null and there.target_id is null) as is_known_lacking
    from wanted
    left join there
        on
            wanted.object_type = there.object_type
            and wanted.source_key = there.source_key
            and wanted.target_id = there.target_id
    group by wanted.object_type, wanted.source_key
)

select
    lacking.object_type,
    lacking.source_key
from lacking
inner join migrated
    on lacking.object_type = migrated.object_type and lacking.source_key = migrated.source_key
left join others
    on lacking.object_type = others.object_type and lacking.source_key = others.source_key
where lacking.is_known_lacking or lacking.unknown_count > coalesce(others.other_count, 0)
