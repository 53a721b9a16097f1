{{ config(materialized='incremental') }}

select
    ticket_id,
    pipeline_id,
    stage_id,
    category,
    visit_number,
    stage_visit_number,
    entered_at,
    exited_at,
    {{ seconds_between('entered_at', 'exited_at') }} as duration_seconds
from {{ ref('int_ticket_stage_intervals') }}
where {{ is_rebuilt('ticket_id') }}
