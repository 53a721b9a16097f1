{{ config(materialized='incremental', meta={'rebuilt': 'int_sla_tickets'}) }}

with runs as (
    select
        *,
        cycle = max(cycle) over (partition by ticket_id, metric) as is_last_cycle
    from {{ ref('int_sla_runs') }}
),

-- Whole milliseconds until the last step: `met` and `breached` lie one of them apart.
measured as (
    select
        runs.*,
        1000 * runs.target_seconds as target_milliseconds,
        case when not runs.is_unknown then coalesce(elapsed.elapsed_milliseconds, 0) end
            as elapsed_milliseconds,
        case when not runs.is_unknown then coalesce(elapsed.paused_milliseconds, 0) end
            as paused_milliseconds,
        case when runs.is_paused then coalesce(elapsed.last_unpaused_at, runs.started_at) end
            as paused_at,
        due_moments.due_at,
        hubspot_slas.hubspot_due_at,
        hubspot_slas.hubspot_status
    from runs
    left join {{ ref('int_sla_elapsed') }} as elapsed
        on
            runs.ticket_id = elapsed.ticket_id
            and runs.metric = elapsed.metric
            and runs.cycle = elapsed.cycle
    left join {{ ref('int_sla_due_moments') }} as due_moments
        on
            runs.ticket_id = due_moments.ticket_id
            and runs.metric = due_moments.metric
            and runs.cycle = due_moments.cycle
    -- HubSpot knows one clock per metric: it stands beside our last one.
    left join {{ ref('int_hubspot_slas') }} as hubspot_slas
        on
            runs.ticket_id = hubspot_slas.ticket_id
            and runs.metric = hubspot_slas.metric
            and runs.is_last_cycle
)

select
    ticket_id,
    metric,
    cast(cycle as integer) as cycle,
    policy,
    calendar,
    priority,
    started_at,
    stopped_at,
    paused_at,
    paused_milliseconds / 1000.0 as paused_seconds,
    elapsed_milliseconds / 1000.0 as elapsed_seconds,
    target_seconds,
    first_target_seconds,
    (target_milliseconds - elapsed_milliseconds) / 1000.0 as remaining_seconds,
    case when not is_paused then due_at end as due_at,
    case
        when elapsed_milliseconds > target_milliseconds
            then greatest(due_at, coalesce(lowered_at, due_at))
    end as breached_at,
    case
        when is_unknown then 'unknown'
        when stopped_at is not null and elapsed_milliseconds <= target_milliseconds then 'met'
        when stopped_at is not null then 'breached'
        when is_cancelled then 'cancelled'
        when elapsed_milliseconds > target_milliseconds then 'overdue'
        when is_paused then 'paused'
        when target_milliseconds - elapsed_milliseconds <= 1000 * due_soon_seconds then 'due_soon'
        else 'active'
    end as status,
    hubspot_due_at,
    hubspot_status
from measured
