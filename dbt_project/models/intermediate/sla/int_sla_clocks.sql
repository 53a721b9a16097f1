-- One row per clock that could run: ticket, metric and cycle, when it starts, where each stop category
-- would stop it (an answer stops its clock whatever the category), and what ends it otherwise.
with endings as (
    select * from {{ ref('int_ticket_endings') }}
    where {{ is_rebuilt('ticket_id', 'int_sla_tickets') }}
)

select
    ticket_id,
    'resolution' as metric,
    1 as cycle,
    created_at as started_at,
    closed_at as closed_stop_at,
    resolved_at as resolved_stop_at,
    ended_at,
    category,
    category = 'unknown' as is_unknown
from endings
union all
select
    ticket_id,
    metric,
    cycle,
    started_at,
    stop_at as closed_stop_at,
    stop_at as resolved_stop_at,
    ended_at,
    category,
    is_unknown
from {{ ref('int_sla_response_clocks') }}
