-- No wait for a next response before the first response, and none before the one before it ended.
-- A cycle for which no policy speaks has no row.
with waits as (
    select
        slas.ticket_id,
        slas.cycle,
        slas.started_at,
        slas.stopped_at,
        tickets.first_response_at,
        row_number() over in_order as expected_cycle,
        lead(slas.started_at) over in_order as next_started_at
    from {{ ref('ticket_slas') }} as slas
    inner join {{ ref('tickets') }} as tickets on slas.ticket_id = tickets.ticket_id
    where slas.metric = 'next_response' and slas.status <> 'unknown'
    window in_order as (partition by slas.ticket_id order by slas.started_at, slas.cycle)
)

select *
from waits
where
    started_at < first_response_at
    or first_response_at is null
    or (next_started_at is not null and stopped_at is null)
    or next_started_at < stopped_at
    or stopped_at < started_at
    or cycle < expected_cycle
