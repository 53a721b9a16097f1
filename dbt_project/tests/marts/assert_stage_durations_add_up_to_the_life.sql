-- The ended visits of a ticket last, together, from its creation to the entry into its last stage.
select
    intervals.ticket_id,
    tickets.created_at,
    max(intervals.entered_at) as last_entered_at,
    sum(intervals.duration_seconds) as total_seconds
from {{ ref('ticket_stage_intervals') }} as intervals
inner join {{ ref('tickets') }} as tickets on intervals.ticket_id = tickets.ticket_id
group by intervals.ticket_id, tickets.created_at
having
    abs(
        coalesce(sum(intervals.duration_seconds), 0)
        - {{ seconds_between('tickets.created_at', 'max(intervals.entered_at)') }}
    ) > 0.0005
