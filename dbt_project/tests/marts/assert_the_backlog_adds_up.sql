-- Yesterday's open + opened + reopened - closed - removed = today's open, by age too, and on the last
-- day what is open are the open tickets themselves.
with days as (
    select
        *,
        lag(open_count) over (partition by pipeline_id, priority order by day) as former_open_count,
        row_number() over (partition by pipeline_id, priority order by day desc) as age_number
    from {{ ref('backlog_daily') }}
),

open_tickets as (
    select count(*) as ticket_count
    from {{ ref('tickets') }}
    where
        status not in ('resolved', 'closed')
        and archived_at is null
        and merged_into_ticket_id is null
)

select
    days.day,
    days.pipeline_id,
    days.priority,
    days.open_count
from days
cross join open_tickets
where
    days.open_count <> coalesce(days.former_open_count, 0)
    + days.opened_count + days.reopened_count - days.closed_count - days.removed_count
    or days.open_count <> days.open_0_1d + days.open_1_3d + days.open_3_7d + days.open_7_30d
    + days.open_30d_plus
    or days.open_count < 0
    or (
        days.age_number = 1 and days.pipeline_id = 'all' and days.priority = 'all'
        and days.open_count <> open_tickets.ticket_count
    )
