-- One `ticket_property_changed` per entry that happened by the build's moment: not one lost, not one
-- made up.
with entries as (
    select
        history.ticket_id,
        count(*) as entry_count
    from {{ source('hubspot', 'ticket_property_history') }} as history
    inner join {{ ref('stg_hubspot__tickets') }} as tickets on history.ticket_id = tickets.ticket_id
    cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
    where history.changed_at <= build_moment.as_of
    group by history.ticket_id
),

activities as (
    select
        ticket_id,
        count(distinct event_id) as event_count
    from {{ ref('ticket_activities') }}
    where activity_type = 'ticket_property_changed'
    group by ticket_id
)

select
    coalesce(entries.ticket_id, activities.ticket_id) as ticket_id,
    entries.entry_count,
    activities.event_count
from entries
full outer join activities on entries.ticket_id = activities.ticket_id
where coalesce(entries.entry_count, 0) <> coalesce(activities.event_count, 0)
