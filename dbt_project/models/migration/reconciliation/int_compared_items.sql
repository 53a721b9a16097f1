-- What was said and done about the migrated tickets, and what stands for it in the target: by source
-- key, whatever became of text, time or author.
with pairs as (
    select * from {{ ref('int_migration_pairs') }}
    where place = 1
),

expected as (
    select
        engagements.object_type,
        engagements.source_key,
        engagements.engagement_id as source_id,
        engagements.ticket_id,
        'engagement' as kind
    from {{ ref('int_migration_engagements') }} as engagements
    union all
    select
        'notes' as object_type,
        parts.source_key,
        parts.source_id,
        parts.ticket_id,
        parts.kind
    from {{ ref('int_migration_note_parts') }} as parts
),

ours as (
    select there.*
    from {{ ref('int_target_items') }} as there
    cross join {{ ref('stg_migration__request') }} as request
    where starts_with(there.source_key, request.key_prefix)
),

links as (
    select
        object_type,
        object_id,
        ticket_id
    from {{ source('target_portal', 'ticket_associations') }}
    where gone_at is null
),

of_pairs as (
    select
        expected.*,
        pairs.target_id as target_ticket_id
    from expected
    inner join pairs on expected.ticket_id = pairs.ticket_id
),

hanging as (
    select distinct
        links.object_type,
        links.object_id
    from links
    inner join pairs on links.ticket_id = pairs.target_id
),

matched as (
    select
        coalesce(of_pairs.object_type, ours.object_type) as object_type,
        coalesce(of_pairs.source_key, ours.source_key) as source_key,
        of_pairs.source_id,
        of_pairs.kind,
        of_pairs.ticket_id,
        of_pairs.target_ticket_id,
        ours.target_id,
        of_pairs.source_key is not null as is_at_source
    from of_pairs
    full outer join ours
        on of_pairs.object_type = ours.object_type and of_pairs.source_key = ours.source_key
)

select
    matched.*,
    case
        when matched.is_at_source
            then own_link.ticket_id is not null and unlinked.target_id is null
        else hanging.object_id is not null
    end as is_linked
from matched
left join hanging
    on matched.object_type = hanging.object_type and matched.target_id = hanging.object_id
left join links as own_link
    on
        matched.object_type = own_link.object_type
        and matched.target_id = own_link.object_id
        and matched.target_ticket_id = own_link.ticket_id
left join {{ ref('int_compared_unlinked_items') }} as unlinked
    on matched.object_type = unlinked.object_type and matched.target_id = unlinked.target_id
