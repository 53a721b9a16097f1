-- The wait for a first response ends once, by an agent's public response, which the ticket and its clock
-- date alike.
with firsts as (
    select
        ticket_id,
        count(*) as response_count,
        max(occurred_at) as responded_at,
        max(case when is_public and author_type = 'agent' then 0 else 1 end) as is_wrong
    from {{ ref('ticket_responses') }}
    where is_first_response
    group by ticket_id
)

select
    tickets.ticket_id,
    tickets.first_response_at,
    firsts.responded_at,
    slas.stopped_at
from {{ ref('tickets') }} as tickets
left join firsts on tickets.ticket_id = firsts.ticket_id
left join {{ ref('ticket_slas') }} as slas
    on
        tickets.ticket_id = slas.ticket_id
        and slas.metric = 'first_response'
        and slas.status in ('met', 'breached')
where
    coalesce(firsts.response_count, 0) > 1
    or coalesce(firsts.is_wrong, 0) = 1
    or (firsts.ticket_id is null) <> (tickets.first_response_at is null)
    or firsts.responded_at <> tickets.first_response_at
    or slas.stopped_at <> tickets.first_response_at
    or tickets.first_response_seconds < 0
