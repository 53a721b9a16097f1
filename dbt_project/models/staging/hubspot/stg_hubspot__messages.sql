{%- set columns = {
    'thread_id': 'conversationsThreadId', 'message_type': 'type', 'direction': 'direction',
    'sender_id': 'senders[0].actorId', 'sender_name': 'senders[0].name',
    'created_by': 'createdBy', 'channel_id': 'channelId', 'in_reply_to_message_id': 'inReplyToId',
    'status': 'status.statusType', 'shown_text': 'text', 'whole_text': 'originalText',
    'attachments': 'attachments',
} %}
with source as (
    select
        *,
        {{ path_values('properties', columns.values() | list) }} as value_list
    from {{ source('hubspot', 'messages') }}
    where
        {{ property_value('properties', 'conversationsThreadId') }} in (
            select threads.thread_id from {{ ref('stg_hubspot__threads') }} as threads
        )
),

build_moment as (
    select as_of from {{ ref('stg_hubspot__build_moment') }}
),

renamed as (
    select
        source.id as message_id,
        {% for column in columns -%}
        {{ list_item('source.value_list', loop.index) }} as {{ column }},
        {% endfor -%}
        cast(source.created_at as timestamp) as created_at
    from source
)

select
    renamed.message_id,
    renamed.thread_id,
    renamed.message_type,
    renamed.direction,
    coalesce(renamed.sender_id, renamed.created_by) as sender_id,
    renamed.sender_name,
    renamed.channel_id,
    renamed.in_reply_to_message_id,
    renamed.status,
    -- The list shortens what is long; the whole text is asked for apart.
    coalesce(renamed.whole_text, renamed.shown_text) as text,
    renamed.attachments,
    renamed.created_at
from renamed
cross join build_moment
where renamed.created_at <= build_moment.as_of
