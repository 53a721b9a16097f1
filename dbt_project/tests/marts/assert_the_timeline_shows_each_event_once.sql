-- Every event that reached a contact, and none twice, however many contacts saw it.
with emitted as (
    select distinct
        ticket_id,
        event_id
    from {{ ref('ticket_activities') }}
    where contact_id is not null
),

shown as (
    select
        ticket_id,
        event_id,
        count(*) as shown_count
    from {{ ref('ticket_timeline') }}
    group by ticket_id, event_id
)

select
    emitted.event_id,
    shown.event_id as shown_event_id,
    shown.shown_count
from emitted
full outer join shown
    on emitted.ticket_id = shown.ticket_id and emitted.event_id = shown.event_id
where coalesce(shown.shown_count, 0) <> 1 or emitted.event_id is null
