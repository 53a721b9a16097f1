-- Engagements of the tickets that are migrated; one of several tickets belongs to the lowest id.
with links as (
    select
        links.object_type,
        links.object_id,
        links.ticket_id,
        row_number() over (
            partition by links.object_type, links.object_id
            order by {{ id_order('links.ticket_id') }}
        ) as place
    from {{ ref('stg_migration__source_links') }} as links
    inner join {{ ref('int_migration_scope') }} as scope on links.ticket_id = scope.ticket_id
    where
        links.is_standing
        and not scope.is_archived
        and links.object_type in ('notes', 'emails', 'calls', 'meetings', 'tasks')
)

select
    engagements.object_type,
    engagements.engagement_id,
    links.ticket_id,
    request.key_prefix || engagements.object_type || ':' || engagements.engagement_id as source_key,
    engagements.updated_at,
    engagements.properties
from {{ ref('stg_migration__source_engagements') }} as engagements
inner join links
    on
        engagements.object_type = links.object_type
        and engagements.engagement_id = links.object_id
        and links.place = 1
cross join {{ ref('stg_migration__request') }} as request
where not engagements.is_archived
