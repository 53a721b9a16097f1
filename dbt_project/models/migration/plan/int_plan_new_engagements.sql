-- Engagements, messages, threads and histories that the target lacks, or has in other words: what was
-- edited at the source, and a history that has grown, is written again over what stands for it. So is
-- what lacks a ticket, a contact or a file that it hangs on or carries.
with filled as (
    select
        object_type,
        record_id,
        {{ rows_to_object('property_name', 'value') }} as properties
    from {{ ref('int_plan_record_values') }}
    where refusal is null
    group by object_type, record_id
),

engagements as (
    select
        engagements.object_type,
        'engagement' as kind,
        engagements.engagement_id as source_id,
        engagements.ticket_id as source_ticket_id,
        engagements.source_key,
        filled.properties
    from {{ ref('int_migration_engagements') }} as engagements
    inner join filled
        on
            engagements.object_type = filled.object_type
            and engagements.engagement_id = filled.record_id
),

notes as (
    select
        'notes' as object_type,
        parts.kind,
        parts.source_id,
        parts.ticket_id as source_ticket_id,
        parts.source_key,
        {{ object_of({
            'hs_note_body': 'parts.body', 'hs_timestamp': 'parts.at_text',
            'hubspot_owner_id': 'owners.target_owner_id',
        }) }} as properties
    from {{ ref('int_migration_note_parts') }} as parts
    left join {{ ref('int_migration_owners') }} as owners
        on parts.user_id = owners.user_id and owners.how <> 'fallback'
),

wanted as (
    select * from engagements
    union all
    select * from notes
),

found as (
    select
        wanted.*,
        migrated.target_id,
        migrated.properties as properties_there
    from wanted
    left join {{ source('lookups', 'migrated') }} as migrated
        on wanted.object_type = migrated.object_type and wanted.source_key = migrated.source_key
),

current_values as (
    select
        object_type,
        source_key,
        {{ pairs_to_rows('properties_there', 'property_name', 'value') }}
    from found
    where target_id is not null
),

wanted_values as (
    select
        object_type,
        source_key,
        {{ pairs_to_rows('properties', 'property_name', 'value') }}
    from found
    where target_id is not null
),

edited as (
    select distinct
        wanted_values.object_type,
        wanted_values.source_key
    from wanted_values
    left join current_values
        on
            wanted_values.object_type = current_values.object_type
            and wanted_values.source_key = current_values.source_key
            and wanted_values.property_name = current_values.property_name
    where
        coalesce(wanted_values.value, '') <> coalesce(current_values.value, '')
        -- a moment may be written in two ways
        and coalesce(
            {{ moment_of_text('wanted_values.value') }}
            <> {{ moment_of_text('current_values.value') }},
            true
        )
)

select
    found.* exclude (properties_there),
    case when found.target_id is null then 'create' else 'update' end as action
from found
left join edited
    on found.object_type = edited.object_type and found.source_key = edited.source_key
left join {{ ref('int_plan_unlinked_engagements') }} as unlinked
    on
        found.kind = 'engagement'
        and found.object_type = unlinked.object_type
        and found.source_id = unlinked.engagement_id
left join {{ ref('int_plan_lacking_files') }} as lacking
    on found.object_type = lacking.object_type and found.source_key = lacking.source_key
where
    found.target_id is null
    or edited.source_key is not null
    or lacking.source_key is not null
    or unlinked.engagement_id is not null
