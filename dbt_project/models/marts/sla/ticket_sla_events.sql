{{ config(materialized='incremental', meta={'rebuilt': 'int_sla_tickets'}) }}

with slas as (
    select * from {{ ref('ticket_slas') }}
    where {{ is_rebuilt('ticket_id', 'int_sla_tickets') }}
),

pieces as (
    select
        *,
        lag(state) over (partition by ticket_id, metric, cycle order by piece_from) as former_state
    from {{ ref('int_sla_pieces') }}
),

events as (
    select
        ticket_id,
        metric,
        cycle,
        'sla_started' as event_type,
        started_at as occurred_at,
        first_target_seconds as target_seconds,
        1 as event_order
    from slas
    union all
    -- A change to another policy, also one with an equal target: its calendar and pauses count from here.
    select
        ticket_id,
        metric,
        cycle,
        'sla_retargeted',
        changed_at,
        target_seconds,
        2
    from {{ ref('int_sla_targets') }}
    where policy <> former_policy
    union all
    select
        ticket_id,
        metric,
        cycle,
        case state
            when 'paused' then 'sla_paused'
            when 'running' then 'sla_resumed'
            else 'sla_stopped'
        end,
        piece_from,
        target_seconds,
        3
    from pieces
    where state <> coalesce(former_state, 'running')
    union all
    select
        ticket_id,
        metric,
        cycle,
        'sla_breached',
        breached_at,
        target_seconds,
        4
    from {{ ref('int_sla_earlier_breaches') }}
    -- Not `union all`: an equal target that came later is crossed in the same moment.
    union
    select
        ticket_id,
        metric,
        cycle,
        'sla_breached',
        breached_at,
        target_seconds,
        4
    from slas
    where breached_at is not null
    union all
    select
        slas.ticket_id,
        slas.metric,
        slas.cycle,
        'sla_stopped',
        coalesce(slas.stopped_at, runs.ended_at),
        slas.target_seconds,
        5
    from slas
    inner join {{ ref('int_sla_runs') }} as runs
        on
            slas.ticket_id = runs.ticket_id
            and slas.metric = runs.metric
            and slas.cycle = runs.cycle
    where slas.status in ('met', 'breached', 'cancelled')
    union all
    select
        ticket_id,
        metric,
        cycle,
        'sla_met',
        stopped_at,
        target_seconds,
        6
    from slas
    where status = 'met'
)

select
    {{ hash_of([
        'ticket_id', 'metric', 'cycle', 'event_type', milliseconds('occurred_at'), 'target_seconds',
    ]) }} as sla_event_id,
    ticket_id,
    metric,
    cast(cycle as integer) as cycle,
    cast(row_number() over (
        partition by ticket_id, metric, cycle order by occurred_at, event_order, event_type
    ) as integer) as event_number,
    event_type,
    occurred_at,
    target_seconds
from events
