-- Engagements of the target that do not hang on all of their tickets there: a note of two tickets
-- that lost its second one is no faithful copy.
with pairs as (
    select * from {{ ref('int_migration_pairs') }}
    where place = 1
)

select distinct
    there.object_type,
    there.target_id
from {{ ref('int_migration_engagement_links') }} as wanted
inner join {{ ref('int_migration_engagements') }} as engagements
    on
        wanted.object_type = engagements.object_type
        and wanted.engagement_id = engagements.engagement_id
inner join pairs on wanted.to_type = 'tickets' and wanted.to_id = pairs.ticket_id
inner join {{ ref('int_target_items') }} as there
    on
        engagements.object_type = there.object_type
        and engagements.source_key = there.source_key
left join {{ source('target_portal', 'ticket_associations') }} as links
    on
        there.object_type = links.object_type
        and there.target_id = links.object_id
        and pairs.target_id = links.ticket_id
        and links.gone_at is null
where links.ticket_id is null
