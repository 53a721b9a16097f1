{%- set former = left_by_former_build('stg_hubspot__built_runs') %}
{%- set ticket = path_values('source.properties', ['threadAssociations.associatedTicketId']) %}
{%- set closed_at = moment_of_text(property_value('source.properties', 'closedAt')) %}
-- The tickets of which something was said, attached or asked that an earlier build cannot have seen.
{% if not former -%}
-- depends_on: {{ ref('stg_hubspot__changed_engagements') }}
select source.id as ticket_id from {{ source('hubspot', 'tickets') }} as source
{%- else -%}
with threads as (
    select source.id as thread_id from {{ source('hubspot', 'threads') }} as source
    where {{ is_new_record('source') }} or {{ closed_at }} > {{ former_moment() }}
    union
    select {{ property_value('source.properties', 'conversationsThreadId') }}
    from {{ source('hubspot', 'messages') }} as source
    where {{ is_new_record('source') }}
)

select links.ticket_id
from {{ source('hubspot', 'ticket_associations') }} as links
inner join {{ ref('stg_hubspot__changed_engagements') }} as engagements
    on
        links.object_type = engagements.engagement_type
        and links.object_id = engagements.engagement_id
union
select {{ list_item(ticket, 1) }}
from {{ source('hubspot', 'threads') }} as source
where source.id in (select threads.thread_id from threads)
union
select source.ticket_id from {{ source('hubspot', 'ticket_association_reads') }} as source
where source.object_type = 'emails' and source.first_read_at > {{ former_moment() }}
union
select source.ticket_id from {{ source('hubspot', 'thread_moves') }} as source
where {{ is_unseen('source') }}
union
-- Where a thread was, where a file is named that was read since, what was still to happen.
select chats.ticket_id from {{ left_by_former_build('ticket_chats') }} as chats
inner join threads on chats.thread_id = threads.thread_id
union
select named.ticket_id from {{ left_by_former_build('ticket_attachments') }} as named
inner join {{ source('hubspot', 'files') }} as source on named.file_id = source.id
where {{ is_new_record('source') }}
union
select coming.ticket_id from {{ left_by_former_build('int_ticket_coming_engagements') }} as coming
{%- endif %}
