{{ config(materialized='table') }}
{%- set former = left_by_former_build('ticket_slas') %}

-- The tickets whose clocks are measured anew: those that changed, and those whose clocks have not ended,
-- for time has moved on.
select ticket_id from {{ ref('stg_hubspot__changed_tickets') }}
{%- if former %}
union
select former.ticket_id
from {{ former }} as former
where former.stopped_at is null and former.status <> 'cancelled'
{%- endif %}
