{{ config(schema='migration') }}

-- Links that the target lacks or has otherwise, and those that are gone at the source since.
with records as (
    select * from {{ ref('int_migration_records') }}
),

tickets as (
    select
        source_id,
        target_id
    from {{ ref('plan_tickets') }}
    where action <> 'skip' or target_id is not null
),

standing as (
    select * from {{ ref('int_migration_target_links') }}
),

there as (
    select
        there.target_ticket_id,
        there.object_type,
        there.target_object_id,
        {{ kinds_of_link('types') }} as kinds
    from {{ source('lookups', 'ticket_associations') }} as there
    cross join lateral ({{ types_of('there.types') }}) as types
    group by there.target_ticket_id, there.object_type, there.target_object_id
),

missing_links as (
    select
        standing.ticket_id,
        standing.object_type,
        standing.object_id,
        standing.types
    from standing
    inner join tickets on standing.ticket_id = tickets.source_id
    cross join {{ ref('stg_migration__request') }} as request
    left join there
        on
            tickets.target_id = there.target_ticket_id
            and standing.object_type = there.object_type
            and standing.known_id = there.target_object_id
    where
        there.kinds is distinct from standing.kinds
        and (
            standing.known_id is not null
            or (standing.is_readable and request.missing_records <> 'list')
        )
),

gone as (
    select
        links.ticket_id,
        links.object_type,
        links.object_id,
        links.types
    from {{ ref('stg_migration__source_links') }} as links
    inner join tickets on links.ticket_id = tickets.source_id
    inner join records as known
        on links.object_type = known.object_type and links.object_id = known.record_id
    inner join there
        on
            tickets.target_id = there.target_ticket_id
            and links.object_type = there.object_type
            and known.target_id = there.target_object_id
    -- another of the ticket's records may be the same one there: its link stays
    left join standing
        on
            links.ticket_id = standing.ticket_id
            and links.object_type = standing.object_type
            and known.target_id = standing.known_id
    where not links.is_standing and standing.known_id is null
)

select
    ticket_id as source_ticket_id,
    object_type,
    object_id as source_object_id,
    types,
    'create' as action
from missing_links
union all
select
    ticket_id,
    object_type,
    object_id,
    coalesce(types, '[]') as types,
    'archive' as action
from gone
