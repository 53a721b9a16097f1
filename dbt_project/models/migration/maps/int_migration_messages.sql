-- Messages and comments of the threads of the tickets that are migrated, with who spoke.
with threads as (
    select
        threads.id as thread_id,
        {{ json_text('threads.properties', 'threadAssociations.associatedTicketId') }} as ticket_id,
        threads.properties
    from {{ source('source_portal', 'threads') }} as threads
    where not threads.archived
),

in_scope as (
    select threads.*
    from threads
    inner join {{ ref('int_migration_scope') }} as scope on threads.ticket_id = scope.ticket_id
    where not scope.is_archived
),

messages as (
    select
        messages.id as message_id,
        {{ json_text('messages.properties', 'conversationsThreadId') }} as thread_id,
        coalesce({{ json_text('messages.properties', 'type') }}, 'MESSAGE') as message_type,
        {{ json_text('messages.properties', 'direction') }} as direction,
        {{ json_text('messages.properties', 'channelId') }} as channel_id,
        {{ json_text('messages.properties', 'createdAt') }} as created_text,
        coalesce(
            {{ json_text('messages.properties', 'senders[0].actorId') }},
            {{ json_text('messages.properties', 'createdBy') }}
        ) as actor_id,
        {{ json_text('messages.properties', 'senders[0].name') }} as sender_name,
        coalesce(
            {{ json_text('messages.properties', 'originalText') }},
            {{ json_text('messages.properties', 'text') }}, ''
        ) as text,
        coalesce(
            {{ json_text('messages.properties', 'newStatus') }},
            {{ json_text('messages.properties', 'assignedTo') }}
        ) as event_value,
        {{ joined_field("json_extract(messages.properties, '$.attachments')", 'fileId') }}
            as file_ids
    from {{ source('source_portal', 'messages') }} as messages
    where not messages.archived
)

select
    in_scope.ticket_id,
    messages.thread_id,
    messages.message_id,
    messages.message_type,
    messages.direction,
    messages.channel_id,
    messages.created_text,
    messages.actor_id,
    coalesce(
        messages.sender_name, {{ json_text('actors.properties', 'name') }},
        {{ json_text('actors.properties', 'email') }}, ''
    ) as actor_name,
    messages.text,
    messages.event_value,
    messages.file_ids,
    in_scope.properties as thread_properties,
    messages.message_type in ('MESSAGE', 'COMMENT', 'WELCOME_MESSAGE') as has_text
from messages
inner join in_scope on messages.thread_id = in_scope.thread_id
left join {{ source('source_portal', 'actors') }} as actors on messages.actor_id = actors.id
