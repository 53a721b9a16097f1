{{ config(materialized='incremental', meta={'rebuilt': 'int_sla_tickets'}) }}

-- One row per ticket that has a clock: what its clocks say together.
with slas as (
    select * from {{ ref('ticket_slas') }}
    where {{ is_rebuilt('ticket_id', 'int_sla_tickets') }}
)

select
    slas.ticket_id,
    max(case when slas.metric = 'resolution' then slas.stopped_at end) as resolution_stopped_at,
    max(case
        when slas.metric = 'resolution' and slas.stopped_at is not null
            then coalesce(elapsed.business_milliseconds, 0) / 1000.0
    end) as resolution_business_seconds,
    max(case
        when slas.metric = 'first_response' and slas.stopped_at is not null
            then coalesce(elapsed.business_milliseconds, 0) / 1000.0
    end) as first_response_business_seconds,
    min(case when slas.status in ('overdue', 'due_soon', 'active') then slas.due_at end)
        as sla_due_at,
    max(case when slas.breached_at is not null then 1 else 0 end) = 1 as is_sla_breached
from slas
left join {{ ref('int_sla_elapsed') }} as elapsed
    on
        slas.ticket_id = elapsed.ticket_id
        and slas.metric = elapsed.metric
        and slas.cycle = elapsed.cycle
group by slas.ticket_id
