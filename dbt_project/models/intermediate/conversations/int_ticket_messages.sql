-- One row per entry of a ticket's threads that had been written: who wrote it, and whether a customer or
-- an agent thereby spoke to the other (`turn`).
with messages as (
    select
        *,
        substring(sender_id, 1, 2) as sender_kind,
        substring(sender_id, 3) as sender_number
    from {{ ref('stg_hubspot__messages') }}
    where message_type in ('MESSAGE', 'COMMENT', 'WELCOME_MESSAGE')
),

authored as (
    select
        threads.ticket_id,
        messages.*,
        user_owners.owner_id,
        messages.sender_name as author_name,
        coalesce(messages.channel_id, threads.channel_id) as used_channel_id,
        -- Welcome messages and bots are the system, whoever set them up; an app that brings in what
        -- a customer wrote is none.
        case
            when messages.message_type = 'WELCOME_MESSAGE' then 'system'
            when messages.sender_kind = 'A-' then 'agent'
            when messages.sender_kind in ('S-', 'L-') then 'system'
            when messages.message_type = 'COMMENT' or messages.direction = 'OUTGOING' then 'system'
            else 'customer'
        end as author_type
    from messages
    inner join {{ ref('stg_hubspot__threads') }} as threads
        on messages.thread_id = threads.thread_id
    inner join {{ ref('stg_hubspot__tickets') }} as tickets on threads.ticket_id = tickets.ticket_id
    left join {{ ref('int_ticket_merges') }} as merged_away
        on threads.ticket_id = merged_away.ticket_id
    left join {{ ref('int_agents') }} as user_owners
        on messages.sender_kind = 'A-' and messages.sender_number = user_owners.user_id
    -- That a thread has left a ticket is seen in the night after the merge that took it.
    where
        threads.left_at is null
        or messages.created_at
        < least(threads.left_at, coalesce(merged_away.merged_at, threads.left_at))
),

directed as (
    select
        *,
        case
            when message_type = 'COMMENT' then null
            when message_type = 'MESSAGE' and direction is not null then direction
            when author_type = 'customer' then 'INCOMING'
            else 'OUTGOING'
        end as sent_direction,
        message_type <> 'COMMENT' and coalesce(status, '') <> 'FAILED' as is_public
    from authored
)

select
    ticket_id,
    thread_id,
    message_id,
    message_type,
    created_at as occurred_at,
    sent_direction as direction,
    status,
    {{ channel_name('used_channel_id') }} as channel,
    author_type,
    case
        when sender_kind = 'A-' then coalesce(owner_id, sender_id)
        when sender_kind = 'V-' then sender_number
        else sender_id
    end as author_id,
    author_name,
    case
        when sender_kind = 'A-' then 'user'
        when author_type = 'customer' then 'contact'
        when sender_kind = 'I-' then 'integration'
        else 'system'
    end as actor_type,
    case when sender_kind in ('A-', 'V-') then sender_number else sender_id end as actor_id,
    is_public,
    case
        when not is_public or message_type <> 'MESSAGE' then null
        when author_type = 'customer' and sent_direction = 'INCOMING' then 'customer'
        when author_type = 'agent' and sent_direction = 'OUTGOING' then 'agent'
    end as turn,
    in_reply_to_message_id,
    text,
    attachments
from directed
