-- A clock is recomputable from its events: one start, a stop where it ended, a breach at its time, and
-- nothing before the start.
with events as (
    select
        ticket_id,
        metric,
        cycle,
        sum(case when event_type = 'sla_started' then 1 else 0 end) as start_count,
        sum(case when event_type = 'sla_met' then 1 else 0 end) as met_count,
        max(case when event_type = 'sla_stopped' then occurred_at end) as last_stopped_at,
        max(case when event_type = 'sla_breached' then 1 else 0 end) as has_breach,
        min(occurred_at) as first_at,
        max(case when event_number = 1 then event_type end) as first_type
    from {{ ref('ticket_sla_events') }}
    group by ticket_id, metric, cycle
)

select
    slas.ticket_id,
    slas.metric,
    slas.cycle,
    slas.status
from {{ ref('ticket_slas') }} as slas
left join events
    on
        slas.ticket_id = events.ticket_id
        and slas.metric = events.metric
        and slas.cycle = events.cycle
where
    coalesce(events.start_count, 0) <> 1
    or events.first_at <> slas.started_at
    or events.first_type <> 'sla_started'
    or events.met_count <> case when slas.status = 'met' then 1 else 0 end
    or (slas.stopped_at is not null and events.last_stopped_at is null)
    or (slas.stopped_at is not null and events.last_stopped_at <> slas.stopped_at)
    or (slas.breached_at is not null and events.has_breach = 0)
