-- One row per file that an engagement or a message of a ticket refers to.
with named as (
    select
        ticket_id,
        occurred_at as attached_at,
        actor_type,
        actor_id,
        engagement_type as source_object_type,
        engagement_id as source_object_id,
        external_message_id,
        {{ split_to_rows('attachment_ids') }} as file_id
    from {{ ref('int_ticket_engagements') }}
    where attachment_ids <> ''
),

shown as (
    select
        ticket_id,
        message_id,
        occurred_at as attached_at,
        actor_type,
        actor_id,
        {{ json_list_to_rows('attachments') }} as attachment
    from {{ ref('int_ticket_messages') }}
    where attachments <> '[]'
),

refs as (
    select * from named
    union all
    select
        ticket_id,
        attached_at,
        actor_type,
        actor_id,
        'messages' as source_object_type,
        message_id as source_object_id,
        message_id as external_message_id,
        {{ property_value('attachment', 'fileId') }} as file_id
    from shown
)

select distinct
    {{ hash_of([
        'refs.ticket_id', 'refs.source_object_type', 'refs.source_object_id', 'refs.file_id',
    ]) }}
        as attachment_id,
    refs.*
from refs
where refs.file_id <> ''
