-- Before a merge its predecessors were open, closed and on somebody's desk: the survivor, which has their
-- histories, would count the same work again.
with early as (
    select
        changes.ticket_id,
        changes.day
    from {{ ref('int_backlog_changes') }} as changes
    union all
    select
        assignments.ticket_id,
        cast({{ utc_to_wall_time('assignments.assigned_at', 'build_moment.time_zone') }} as date)
    from {{ ref('int_ticket_assignments') }} as assignments
    cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
    union all
    select
        escalations.ticket_id,
        cast({{ utc_to_wall_time('escalations.escalated_at', 'build_moment.time_zone') }} as date)
    from {{ ref('escalations') }} as escalations
    cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
)

select
    early.ticket_id,
    early.day,
    survivors.merged_at
from early
inner join {{ ref('stg_hubspot__survivors') }} as survivors
    on early.ticket_id = survivors.ticket_id
cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
where
    early.day < cast(
        {{ utc_to_wall_time('survivors.merged_at', 'build_moment.time_zone') }} as date
    )
