-- A current stage that the visits do not end in would give a status that no clock knows of.
select
    tickets.ticket_id,
    tickets.stage_id,
    intervals.stage_id as last_visited_stage_id
from {{ ref('tickets') }} as tickets
inner join {{ ref('ticket_stage_intervals') }} as intervals
    on tickets.ticket_id = intervals.ticket_id and intervals.exited_at is null
where
    intervals.stage_id is not null
    and (
        coalesce(tickets.stage_id, '') <> intervals.stage_id
        or coalesce(tickets.pipeline_id, '') <> coalesce(intervals.pipeline_id, '')
        or tickets.status <> intervals.category
    )
