{{ config(materialized='incremental') }}

-- One row per span in which a ticket was open: neither resolved nor closed, neither archived nor merged
-- away. A ticket whose stage nobody knows is open. What a survivor was before its merge its predecessors
-- were.
with endings as (
    select * from {{ ref('int_ticket_endings') }}
    where {{ is_rebuilt('ticket_id') }}
),

visits as (
    select
        endings.ticket_id,
        endings.created_at,
        endings.ended_at,
        coalesce(visits.visit_number, 1) as visit_number,
        coalesce(visits.category, stages.category, 'unknown') not in ('resolved', 'closed')
            as is_open,
        greatest(coalesce(visits.entered_at, endings.created_at), endings.appeared_at)
            as entered_at
    from endings
    left join {{ ref('int_ticket_stage_intervals') }} as visits
        on endings.ticket_id = visits.ticket_id
    -- A stage without a history: nobody knows since when, so it counts from the creation, as in `tickets`.
    left join {{ ref('int_ticket_columns') }} as columns
        on endings.ticket_id = columns.ticket_id and endings.stage_id is null
    left join {{ ref('int_stages') }} as stages
        on columns.pipeline = stages.pipeline_id and columns.stage = stages.stage_id
    where
        (
            endings.ended_at is null
            or coalesce(visits.entered_at, endings.created_at) < endings.ended_at
        )
        and (
            endings.appeared_at = endings.created_at
            or visits.exited_at is null
            or visits.exited_at > endings.appeared_at
        )
),

turns as (
    select
        *,
        lag(is_open) over (partition by ticket_id order by visit_number) as was_open
    from visits
),

spans as (
    select
        *,
        lead(entered_at) over (partition by ticket_id order by visit_number) as left_at
    from turns
    where was_open is null or is_open <> was_open
)

select
    ticket_id,
    created_at,
    entered_at as opened_at,
    left_at as closed_at,
    case when left_at is null then ended_at end as removed_at,
    coalesce(left_at, ended_at) as ended_at,
    was_open is not null as is_reopening
from spans
where is_open
