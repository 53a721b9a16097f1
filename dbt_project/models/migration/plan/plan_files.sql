{{ config(schema='migration') }}

with used as (
    select distinct files.file_id
    from {{ ref('int_migration_attachments') }} as files
    inner join {{ ref('int_plan_new_engagements') }} as engagements
        on files.object_type = engagements.object_type and files.source_key = engagements.source_key
),

-- A file without a name is downloaded under its id.
told as (
    select
        id,
        archived,
        properties,
        coalesce(nullif({{ json_text('properties', 'name') }}, ''), id) as told_name,
        {{ json_text('properties', 'extension') }} as ending
    from {{ source('source_portal', 'files') }}
)

select
    used.file_id as source_id,
    request.key_prefix || 'files:' || used.file_id as source_key,
    coalesce(
        {{ with_ending('files.told_name', 'files.ending') }}, 'file ' || used.file_id
    ) as name,
    coalesce({{ json_text('files.properties', 'access') }}, 'PRIVATE') as access,
    try_cast({{ json_text('files.properties', 'size') }} as bigint) as size,
    case when files.id is null or files.archived then 'list' else 'create' end as action
from used
cross join {{ ref('stg_migration__request') }} as request
left join told as files on used.file_id = files.id
