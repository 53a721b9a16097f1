-- Engagements that the target has and that do not hang on all of their tickets there: a ticket came
-- later, or a link was lost.
select distinct
    wanted.object_type,
    wanted.engagement_id
from {{ ref('int_migration_engagement_links') }} as wanted
inner join {{ ref('int_migration_engagements') }} as engagements
    on
        wanted.object_type = engagements.object_type
        and wanted.engagement_id = engagements.engagement_id
inner join {{ source('lookups', 'migrated') }} as migrated
    on
        engagements.object_type = migrated.object_type
        and engagements.source_key = migrated.source_key
inner join {{ ref('plan_tickets') }} as tickets
    on wanted.to_type = 'tickets' and wanted.to_id = tickets.source_id
left join {{ source('lookups', 'ticket_associations') }} as there
    on
        wanted.object_type = there.object_type
        and migrated.target_id = there.target_object_id
        and tickets.target_id = there.target_ticket_id
where
    there.target_ticket_id is null
    -- a ticket that is not brought over has nothing that a note could hang on
    and (tickets.action <> 'skip' or tickets.target_id is not null)
