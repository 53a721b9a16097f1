{{ config(materialized='table') }}

-- Tickets that a merge made, and when it did. HubSpot gives them the older creation and the histories
-- of both, but until then their predecessors were there, not they. A ticket whose list grew by one id
-- kept its own: it was there before. Of predecessors that nobody read the survivor alone can tell.
with lists as (
    select
        source.ticket_id,
        source.value as predecessor_ids,
        source.changed_at,
        length(source.value) - length(replace(source.value, ';', '')) + 1 as predecessor_count,
        row_number() over (
            partition by source.ticket_id order by source.changed_at, source.sequence
        ) as list_number
    from {{ source('hubspot', 'ticket_property_history') }} as source
    inner join {{ ref('stg_policies__property_map') }} as property_map
        on source.property_name = property_map.property_name
    where property_map.column_name = 'merged_ticket_ids' and source.value <> ''
),

grown as (
    select
        *,
        predecessor_count - lag(predecessor_count, 1, 0) over (
            partition by ticket_id order by list_number
        ) as added_count
    from lists
),

named as (
    select
        ticket_id,
        changed_at,
        {{ split_to_rows('predecessor_ids') }} as predecessor_id
    from grown
    where added_count > 1
)

select
    named.ticket_id,
    cast(max(named.changed_at) as timestamp) as merged_at
from named
inner join {{ source('hubspot', 'tickets') }} as predecessors
    on named.predecessor_id = predecessors.id and named.ticket_id <> predecessors.id
group by named.ticket_id
