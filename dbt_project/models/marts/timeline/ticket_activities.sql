{{ config(materialized='incremental') }}

with events as (
    select * from {{ ref('int_ticket_events') }}
),

recipients as (
    select * from {{ ref('int_ticket_recipients') }}
)

select
    {{ hash_of(['events.event_id', 'recipients.contact_id']) }} as activity_id,
    events.event_id,
    events.ticket_id,
    recipients.contact_id,
    cast(case
        when events.activity_type = 'ticket_contact_added' then 1
        else coalesce(recipients.recipient_number, 1)
    end as integer) as recipient_number,
    events.activity_type,
    events.occurred_at,
    case
        when recipients.contact_id is not null
            then greatest(events.occurred_at, coalesce(recipients.waited_until, events.occurred_at))
    end as emitted_at,
    cast(events.sequence as bigint) as sequence,
    events.actor_type,
    events.actor_id,
    events.property_name,
    events.old_value,
    events.new_value,
    events.source_object_type,
    events.source_object_id,
    events.external_message_id,
    events.metadata
from events
left join recipients
    on
        events.ticket_id = recipients.ticket_id
        and recipients.span_from <= events.occurred_at
        and recipients.span_to > events.occurred_at
        -- A contact's own coming is told to that contact: with all of them, a ticket with a thousand
        -- contacts would have a million rows.
        and (
            events.activity_type <> 'ticket_contact_added'
            or events.source_object_id = recipients.contact_id
        )
