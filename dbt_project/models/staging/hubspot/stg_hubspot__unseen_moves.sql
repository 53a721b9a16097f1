{%- set ticket = path_values('source.properties', ['threadAssociations.associatedTicketId']) %}
-- Tickets that may have lost a thread that nobody saw: a thread that had begun before the merge was first
-- seen with the survivor. Where it was seen to go later tells nothing of whose it was before.
with firsts as (
    select
        thread_id,
        min_by(ticket_id, left_at) as ticket_id
    from {{ source('hubspot', 'thread_moves') }}
    group by thread_id
),

first_homes as (
    select
        source.created_at,
        coalesce(firsts.ticket_id, {{ list_item(ticket, 1) }}) as ticket_id
    from {{ source('hubspot', 'threads') }} as source
    left join firsts on source.id = firsts.thread_id
)

select distinct merged.ticket_id
from first_homes
inner join {{ ref('stg_hubspot__merged_tickets') }} as merged
    on
        first_homes.ticket_id = merged.survivor_id
        and first_homes.created_at < merged.merged_at
