-- Engagements that the target has and that do not hang on all of their tickets and contacts there: one
-- came later, or a link was lost.
with known as (
    select
        engagements.object_type,
        engagements.engagement_id,
        migrated.target_id
    from {{ ref('int_migration_engagements') }} as engagements
    inner join {{ source('lookups', 'migrated') }} as migrated
        on
            engagements.object_type = migrated.object_type
            and engagements.source_key = migrated.source_key
),

wanted as (
    select
        known.object_type,
        known.engagement_id,
        known.target_id,
        links.to_type,
        links.to_id
    from {{ ref('int_migration_engagement_links') }} as links
    inner join known
        on links.object_type = known.object_type and links.engagement_id = known.engagement_id
)

select
    wanted.object_type,
    wanted.engagement_id
from wanted
inner join {{ ref('plan_tickets') }} as tickets
    on wanted.to_type = 'tickets' and wanted.to_id = tickets.source_id
left join {{ source('lookups', 'ticket_associations') }} as there
    on
        wanted.object_type = there.object_type
        and wanted.target_id = there.target_object_id
        and tickets.target_id = there.target_ticket_id
where
    there.target_ticket_id is null
    -- a ticket that is not brought over has nothing that a note could hang on
    and (tickets.action <> 'skip' or tickets.target_id is not null)
union
select
    wanted.object_type,
    wanted.engagement_id
from wanted
inner join {{ ref('plan_contacts') }} as contacts
    on wanted.to_type = 'contacts' and wanted.to_id = contacts.source_id
left join {{ source('lookups', 'engagement_contacts') }} as there
    on
        wanted.object_type = there.object_type
        and wanted.target_id = there.target_engagement_id
        and contacts.target_id = there.target_contact_id
where there.target_contact_id is null and contacts.action <> 'list'
