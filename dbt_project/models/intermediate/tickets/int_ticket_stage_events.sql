{{ config(materialized='view') }}

-- What a visit after the first one means: another stage, another category, closed, reopened.
with visits as (
    select * from {{ ref('int_ticket_stage_intervals') }}
    where visit_number > 1 and {{ is_rebuilt('ticket_id') }}
)

select
    history_id,
    'ticket_stage_changed' as activity_type,
    previous_stage_id as old_value,
    stage_id as new_value
from visits
union all
select
    history_id,
    'ticket_status_changed',
    previous_category,
    category
from visits
where category <> previous_category
union all
select
    history_id,
    'ticket_closed',
    previous_category,
    category
from visits
where category = 'closed' and previous_category <> 'closed'
union all
select
    history_id,
    'ticket_reopened',
    previous_category,
    category
from visits
where
    previous_category in ('resolved', 'closed')
    and category not in ('resolved', 'closed')
