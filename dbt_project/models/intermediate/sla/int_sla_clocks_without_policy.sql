{{ config(materialized='incremental', meta={'rebuilt': 'int_sla_tickets'}) }}

-- Clocks that could run, but for which no policy speaks.
select
    clocks.ticket_id,
    clocks.metric,
    clocks.cycle
from {{ ref('int_sla_clocks') }} as clocks
left join {{ ref('int_sla_policy_changes') }} as changes
    on
        clocks.ticket_id = changes.ticket_id
        and clocks.metric = changes.metric
        and clocks.cycle = changes.cycle
where changes.ticket_id is null
