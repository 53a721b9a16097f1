{{ config(materialized='view') }}

-- Activities that engagements, threads and their files tell.
with engagements as (
    select
        *,
        case
            when engagement_type = 'notes' then 'ticket_note_added'
            when engagement_type = 'calls' then 'ticket_call_logged'
            when engagement_type = 'meetings' then 'ticket_meeting_logged'
            when engagement_type = 'tasks' then 'ticket_task_created'
            when direction = 'INCOMING' then 'ticket_email_received'
            else 'ticket_email_sent'
        end as activity_type,
        {{ json_object_of({'subject': 'subject', 'direction': 'direction', 'status': 'status'}) }}
            as metadata
    from {{ ref('int_ticket_engagements') }}
),

acts as (
    select
        ticket_id,
        activity_type,
        occurred_at,
        actor_type,
        actor_id,
        engagement_type as source_object_type,
        engagement_id as source_object_id,
        metadata,
        external_message_id
    from engagements
    union all
    select
        ticket_id,
        'ticket_task_completed',
        completed_at,
        actor_type,
        actor_id,
        engagement_type,
        engagement_id,
        metadata,
        external_message_id
    from engagements
    where completed_at is not null
    union all
    select
        ticket_id,
        case
            when message_type = 'COMMENT' then 'ticket_comment_added'
            when direction = 'INCOMING' then 'ticket_message_received'
            else 'ticket_message_sent'
        end,
        occurred_at,
        actor_type,
        actor_id,
        'messages' as source_object_type,
        message_id as source_object_id,
        {{ json_object_of({'thread_id': 'thread_id', 'channel': 'channel', 'status': 'status'}) }}
            as metadata,
        message_id as external_message_id
    from {{ ref('int_ticket_messages') }}
)

select
    {{ hash_of(['ticket_id', 'activity_type', 'source_object_type', 'source_object_id']) }}
        as event_id,
    ticket_id,
    activity_type,
    occurred_at,
    actor_type,
    actor_id,
    source_object_type,
    source_object_id,
    metadata,
    external_message_id
from acts
union all
select
    {{ hash_of(["'ticket_attachment_added'", 'attachment_id']) }},
    ticket_id,
    'ticket_attachment_added',
    attached_at,
    actor_type,
    actor_id,
    'files',
    file_id,
    {{ json_object_of({
        'attached_to': 'source_object_type', 'attached_to_id': 'source_object_id',
    }) }},
    external_message_id
from {{ ref('int_ticket_attachments') }}
