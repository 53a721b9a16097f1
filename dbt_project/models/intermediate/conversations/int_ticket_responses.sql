{{ config(materialized='view') }}

-- Everything that was said on a ticket, in public or among agents: e-mails, messages, comments and
-- notes, and calls and meetings where the policies count them.
select
    {{ hash_of(['ticket_id', 'engagement_type', 'engagement_id']) }} as response_id,
    ticket_id,
    occurred_at,
    turn,
    turn is not null as is_public,
    author_type,
    author_id,
    direction,
    case engagement_type
        when 'emails' then 'email'
        when 'notes' then 'note'
        when 'calls' then 'call'
        else 'meeting'
    end as channel,
    cast(null as varchar) as thread_id,
    cast(null as varchar) as in_reply_to_response_id,
    external_message_id,
    text
from {{ ref('int_ticket_engagements') }}
where engagement_type in ('emails', 'notes') or (engagement_type <> 'tasks' and turn is not null)
union all
select
    {{ hash_of(['ticket_id', "'messages'", 'message_id']) }},
    ticket_id,
    occurred_at,
    turn,
    is_public,
    author_type,
    author_id,
    direction,
    channel,
    thread_id,
    case
        when in_reply_to_message_id is not null
            then {{ hash_of(['ticket_id', "'messages'", 'in_reply_to_message_id']) }}
    end,
    message_id,
    text
from {{ ref('int_ticket_messages') }}
