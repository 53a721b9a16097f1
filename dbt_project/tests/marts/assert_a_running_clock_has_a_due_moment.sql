-- A missing one would mean that the calendar's table of segments does not reach far enough.
select
    ticket_id,
    metric,
    cycle,
    status,
    due_at
from {{ ref('ticket_slas') }}
where
    (status in ('active', 'due_soon') and due_at is null)
    or (status = 'overdue' and paused_at is null and due_at is null)
    or (status in ('breached', 'overdue') and breached_at is null)
    or (paused_at is not null and due_at is not null)
