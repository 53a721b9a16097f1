{%- set ticket = path_values('source.properties', ['threadAssociations.associatedTicketId']) %}
-- Tickets that may have lost a thread that nobody saw: their survivor has one that had begun before the
-- merge, and of which raw does not know whose it was.
select distinct merged.ticket_id
from {{ source('hubspot', 'threads') }} as source
inner join {{ ref('stg_hubspot__merged_tickets') }} as merged
    on
        {{ list_item(ticket, 1) }} = merged.survivor_id
        and source.created_at < merged.merged_at
left join {{ source('hubspot', 'thread_moves') }} as moves on source.id = moves.thread_id
where moves.thread_id is null
