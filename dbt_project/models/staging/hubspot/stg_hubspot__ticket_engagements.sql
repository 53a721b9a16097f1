-- Which engagements a ticket has, or had: what happened on a ticket is not undone by taking a link away.
-- The time of a link is that of its observation and says nothing here; the engagement has its own.
select distinct
    ticket_id,
    object_type as engagement_type,
    object_id as engagement_id
from {{ source('hubspot', 'ticket_associations') }}
where
    object_type in ('notes', 'emails', 'calls', 'meetings', 'tasks')
    and {{ is_rebuilt('ticket_id') }}
