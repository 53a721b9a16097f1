{{ config(materialized='view') }}

-- One row per clock that counts: it stopped, or breached before that. One that did neither does not yet.
-- What a survivor's clock came to before its merge counts for its predecessors, where one of them tells.
with outcomes as (
    select
        ticket_id,
        metric,
        priority,
        elapsed_seconds,
        status = 'met' as is_met,
        coalesce(least(stopped_at, breached_at), stopped_at, breached_at) as counted_at
    from {{ ref('ticket_slas') }}
    where status <> 'unknown' and (stopped_at is not null or breached_at is not null)
),

told_by_predecessors as (
    select
        merged_away.merged_into_ticket_id as ticket_id,
        outcomes.metric
    from {{ ref('int_ticket_merges') }} as merged_away
    inner join outcomes on merged_away.ticket_id = outcomes.ticket_id
    union
    -- Two talks told as one have waits that neither had: who was answered first tells all of its own.
    select
        merged_away.merged_into_ticket_id,
        'next_response'
    from {{ ref('int_ticket_merges') }} as merged_away
    inner join {{ ref('ticket_slas') }} as slas on merged_away.ticket_id = slas.ticket_id
    where slas.metric = 'first_response' and slas.status <> 'unknown'
)

select outcomes.*
from outcomes
inner join {{ ref('stg_hubspot__tickets') }} as tickets on outcomes.ticket_id = tickets.ticket_id
left join told_by_predecessors
    on
        outcomes.ticket_id = told_by_predecessors.ticket_id
        and outcomes.metric = told_by_predecessors.metric
where told_by_predecessors.ticket_id is null or outcomes.counted_at >= tickets.appeared_at
