{{ config(materialized='incremental') }}

with visits as (
    select * from {{ ref('int_ticket_stage_visits') }}
    where {{ is_rebuilt('ticket_id') }}
),

stages as (
    select * from {{ ref('int_stages') }}
),

categorised as (
    select
        visits.*,
        coalesce(stages.category, 'unknown') as category
    from visits
    left join stages
        on
            visits.stage_id = stages.stage_id
            and coalesce(visits.pipeline_id, '') = coalesce(stages.pipeline_id, '')
)

select
    ticket_id,
    pipeline_id,
    stage_id,
    category,
    history_id,
    previous_stage_id,
    lag(category) over (partition by ticket_id order by visit_number) as previous_category,
    visit_number,
    stage_visit_number,
    entered_at,
    exited_at
from categorised
