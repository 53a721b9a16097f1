-- Engagements, messages, threads and histories that the target lacks; a history that has grown is
-- written again over its note.
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
)

select
    wanted.*,
    migrated.target_id,
    case when migrated.target_id is null then 'create' else 'update' end as action
from wanted
left join {{ source('lookups', 'migrated') }} as migrated
    on wanted.object_type = migrated.object_type and wanted.source_key = migrated.source_key
left join {{ ref('plan_tickets') }} as tickets on wanted.source_ticket_id = tickets.source_id
where
    migrated.target_id is null
    or (wanted.kind in ('history', 'thread') and tickets.action = 'update')
