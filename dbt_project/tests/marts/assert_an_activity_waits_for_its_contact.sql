-- An activity reaches a contact when it happens or when the contact is associated, whichever is later,
-- and never before it happened.
select
    activity_id,
    contact_id,
    occurred_at,
    emitted_at
from {{ ref('ticket_activities') }}
where
    (contact_id is null) <> (emitted_at is null)
    or emitted_at < occurred_at
