-- What was said is in the activities too, and nothing else is: a clock is recomputable from activities.
with said as (
    select
        ticket_id,
        count(*) as said_count
    from {{ ref('ticket_responses') }}
    where coalesce(channel, '') not in ('call', 'meeting')
    group by ticket_id
),

told as (
    select
        ticket_id,
        count(distinct event_id) as told_count
    from {{ ref('ticket_activities') }}
    where
        activity_type in ('ticket_note_added', 'ticket_email_sent', 'ticket_email_received')
        or activity_type in ('ticket_message_sent', 'ticket_message_received')
        or activity_type = 'ticket_comment_added'
    group by ticket_id
)

select
    coalesce(said.ticket_id, told.ticket_id) as ticket_id,
    said.said_count,
    told.told_count
from said
full outer join told on said.ticket_id = told.ticket_id
where coalesce(said.said_count, 0) <> coalesce(told.told_count, 0)
