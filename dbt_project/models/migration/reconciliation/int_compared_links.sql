-- Links of both sides between a migrated ticket and a record, as ids of the target.
with pairs as (
    select * from {{ ref('int_migration_pairs') }}
    where place = 1
),

source_side as (
    select
        pairs.ticket_id,
        pairs.target_id,
        links.object_type,
        links.target_object_id,
        links.object_id,
        links.is_readable or links.known_id is not null as is_readable,
        links.kinds
    from {{ ref('int_migration_target_links') }} as links
    inner join pairs on links.ticket_id = pairs.ticket_id
),

target_side as (
    select
        pairs.ticket_id,
        pairs.target_id,
        links.object_type,
        links.object_id as target_object_id,
        {{ kinds_of_link('types') }} as kinds
    from {{ source('target_portal', 'ticket_associations') }} as links
    inner join pairs on links.ticket_id = pairs.target_id
    cross join lateral ({{ types_of('links.types') }}) as types
    where links.gone_at is null and links.object_type in ('contacts', 'companies', 'deals')
    group by pairs.ticket_id, pairs.target_id, links.object_type, links.object_id
)

select
    coalesce(source_side.ticket_id, target_side.ticket_id) as ticket_id,
    coalesce(source_side.target_id, target_side.target_id) as target_id,
    coalesce(source_side.object_type, target_side.object_type) as object_type,
    source_side.object_id,
    coalesce(target_side.target_object_id, source_side.target_object_id) as target_object_id,
    source_side.is_readable,
    source_side.kinds as source_kinds,
    target_side.kinds as target_kinds,
    source_side.object_id is not null as is_at_source,
    target_side.target_object_id is not null as is_at_target
from source_side
full outer join target_side
    on
        source_side.ticket_id = target_side.ticket_id
        and source_side.object_type = target_side.object_type
        and source_side.target_object_id = target_side.target_object_id
