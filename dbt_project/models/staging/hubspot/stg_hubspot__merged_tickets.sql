{{ config(materialized='table') }}

-- Tickets that some ticket says it took in, at whatever time, and since when: their threads are the
-- survivor's by now, also where a build looks back to before the merge.
with named as (
    select
        source.ticket_id as survivor_id,
        source.changed_at,
        {{ split_to_rows('source.value') }} as ticket_id
    from {{ source('hubspot', 'ticket_property_history') }} as source
    inner join {{ ref('stg_policies__property_map') }} as property_map
        on source.property_name = property_map.property_name
    where property_map.column_name = 'merged_ticket_ids' and source.value <> ''
)

select
    ticket_id,
    survivor_id,
    cast(min(changed_at) as timestamp) as merged_at
from named
group by ticket_id, survivor_id
