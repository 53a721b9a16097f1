-- Every link that an engagement shall have: its tickets of the scope, and its contacts.
select
    engagements.object_type,
    engagements.engagement_id,
    'tickets' as to_type,
    links.ticket_id as to_id
from {{ ref('int_migration_engagements') }} as engagements
inner join {{ ref('stg_migration__source_links') }} as links
    on engagements.object_type = links.object_type and engagements.engagement_id = links.object_id
inner join {{ ref('int_migration_scope') }} as scope on links.ticket_id = scope.ticket_id
where links.is_standing and not scope.is_archived
union all
select distinct
    engagements.object_type,
    engagements.engagement_id,
    links.object_type as to_type,
    links.object_id as to_id
from {{ ref('int_migration_engagements') }} as engagements
inner join {{ source('source_portal', 'engagement_associations') }} as links
    on
        engagements.object_type = links.engagement_type
        and engagements.engagement_id = links.engagement_id
where links.gone_at is null and links.object_type = 'contacts'
