{{ config(materialized='incremental') }}

-- Where a ticket's life stands: its last visit, the entries into the groups {closed} and {resolved,
-- closed} that were not left again, and when it was archived or merged away.
with visits as (
    select * from {{ ref('int_ticket_stage_intervals') }}
    where {{ is_rebuilt('ticket_id') }}
),

tickets as (
    select * from {{ ref('stg_hubspot__tickets') }}
    where {{ is_rebuilt('ticket_id') }}
),

last_outside as (
    select
        ticket_id,
        max(visit_number) as last_visit_number,
        max(case when category <> 'closed' then visit_number else 0 end) as last_unclosed_number,
        max(case when category not in ('resolved', 'closed') then visit_number else 0 end)
            as last_unresolved_number,
        sum(case
            when
                previous_category in ('resolved', 'closed')
                and category not in ('resolved', 'closed') then 1
            else 0
        end) as reopen_count
    from visits
    group by ticket_id
)

select
    tickets.ticket_id,
    tickets.created_at,
    tickets.appeared_at,
    visits.pipeline_id,
    visits.stage_id,
    coalesce(visits.category, 'unknown') as category,
    coalesce(last_outside.reopen_count, 0) as reopen_count,
    closing.entered_at as closed_at,
    resolving.entered_at as resolved_at,
    tickets.archived_at,
    merged_away.merged_at,
    merged_away.merged_into_ticket_id,
    case
        when tickets.archived_at < coalesce(merged_away.merged_at, {{ end_of_time() }})
            then tickets.archived_at
        else merged_away.merged_at
    end as ended_at
from tickets
left join last_outside on tickets.ticket_id = last_outside.ticket_id
left join visits
    on
        tickets.ticket_id = visits.ticket_id
        and last_outside.last_visit_number = visits.visit_number
left join visits as closing
    on
        tickets.ticket_id = closing.ticket_id
        and closing.visit_number = last_outside.last_unclosed_number + 1
left join visits as resolving
    on
        tickets.ticket_id = resolving.ticket_id
        and resolving.visit_number = last_outside.last_unresolved_number + 1
left join {{ ref('int_ticket_merges') }} as merged_away on tickets.ticket_id = merged_away.ticket_id
