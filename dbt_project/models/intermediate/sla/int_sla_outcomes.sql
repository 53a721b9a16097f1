{{ config(materialized='view') }}

-- One row per clock that counts: it stopped, or breached before that. One that did neither does not yet.
select
    slas.ticket_id,
    slas.metric,
    slas.priority,
    slas.elapsed_seconds,
    slas.status = 'met' as is_met,
    coalesce(least(slas.stopped_at, slas.breached_at), slas.stopped_at, slas.breached_at)
        as counted_at
from {{ ref('ticket_slas') }} as slas
where slas.status <> 'unknown' and (slas.stopped_at is not null or slas.breached_at is not null)
