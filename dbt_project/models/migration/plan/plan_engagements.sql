{{ config(schema='migration') }}

with new_engagements as (
    select * from {{ ref('int_plan_new_engagements') }}
),

-- A record that will not be in the target cannot be linked to.
there as (
    select
        'contacts' as object_type,
        source_id
    from {{ ref('plan_contacts') }}
    where action <> 'list'
),

linked as (
    select
        links.object_type,
        links.engagement_id,
        {{ rows_to_list(object_of({'object_type': 'links.to_type', 'source_id': 'links.to_id'}),
            'links.to_type, length(links.to_id), links.to_id') }} as links
    from {{ ref('int_migration_engagement_links') }} as links
    left join there on links.to_type = there.object_type and links.to_id = there.source_id
    where links.to_type = 'tickets' or there.source_id is not null
    group by links.object_type, links.engagement_id
),

-- All of them: one that the source has lost may lie at the target, and the list is written whole.
attached as (
    select
        object_type,
        source_key,
        {{ rows_to_list("'\"' || file_id || '\"'", 'length(file_id), file_id') }} as attachment_ids
    from {{ ref('int_migration_attachments') }}
    group by object_type, source_key
)

select
    new_engagements.object_type,
    new_engagements.kind,
    new_engagements.source_id,
    new_engagements.source_ticket_id,
    new_engagements.source_key,
    new_engagements.target_id,
    new_engagements.action,
    new_engagements.properties,
    coalesce(
        linked.links,
        '['
        || {{ object_of({
            'object_type': "'tickets'", 'source_id': 'new_engagements.source_ticket_id',
        }) }}
        || ']'
    ) as links,
    coalesce(attached.attachment_ids, '[]') as attachment_ids,
    {{ sha256_of('new_engagements.properties') }} as payload_hash
from new_engagements
left join linked
    on
        new_engagements.kind = 'engagement'
        and new_engagements.object_type = linked.object_type
        and new_engagements.source_id = linked.engagement_id
left join attached
    on
        new_engagements.object_type = attached.object_type
        and new_engagements.source_key = attached.source_key
