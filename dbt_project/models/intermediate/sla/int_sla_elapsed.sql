-- What the pieces of each clock add up to.
select
    ticket_id,
    metric,
    cycle,
    sum(business_to - business_from) as business_milliseconds,
    sum(case when state = 'running' then business_to - business_from else 0 end)
        as elapsed_milliseconds,
    sum(case when state = 'paused' then business_to - business_from else 0 end)
        as paused_milliseconds,
    max(case when state <> 'paused' then piece_to end) as last_unpaused_at,
    max(piece_to) as last_piece_to
from {{ ref('int_sla_pieces') }}
group by ticket_id, metric, cycle
