-- From the creation on, each visit begins where the one before ended, and only the last has no end. A
-- gap or an overlap would be time that no clock, or two clocks, would count.
with visits as (
    select
        intervals.ticket_id,
        intervals.visit_number,
        intervals.entered_at,
        intervals.exited_at,
        intervals.duration_seconds,
        tickets.created_at,
        row_number() over in_order as expected_number,
        lead(intervals.entered_at) over in_order as next_entered_at
    from {{ ref('ticket_stage_intervals') }} as intervals
    inner join {{ ref('tickets') }} as tickets on intervals.ticket_id = tickets.ticket_id
    window in_order as (partition by intervals.ticket_id order by intervals.visit_number)
)

select *
from visits
where
    visit_number <> expected_number
    or (expected_number = 1 and entered_at <> created_at)
    or coalesce(exited_at, created_at) <> coalesce(next_entered_at, created_at)
    or (exited_at is null) <> (next_entered_at is null)
    or (exited_at is null) <> (duration_seconds is null)
    or duration_seconds < 0
