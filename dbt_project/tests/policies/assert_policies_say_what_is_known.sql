-- Metrics, priorities, categories, stops and reopenings outside the contract would match nothing, and
-- nobody would notice.
{%- set categories = "'new', 'open', 'waiting', 'on_hold', 'resolved', 'closed'" %}
{%- set priorities = "'LOW', 'MEDIUM', 'HIGH', 'URGENT'" %}
select
    'sla_policies.csv' as file_name,
    metric || ' ' || coalesce(priority, '') || ' ' || coalesce(target_minutes, '')
        as offending_value,
    'unknown metric, priority, stop_category, reopen or target' as problem
from {{ ref('sla_policies') }}
where
    metric not in ('first_response', 'next_response', 'resolution')
    or priority not in ('*', {{ priorities }})
    or portal_id is null or pipeline_id is null or priority is null or ticket_type is null
    or coalesce(cast(target_minutes as bigint), 0) < 1
    or (metric = 'resolution' and coalesce(stop_category, '') not in ('closed', 'resolved'))
    or (metric = 'resolution' and coalesce(reopen, '') not in ('resume', 'continue'))
union all
select
    'sla_policies.csv',
    pause.category,
    'unknown pause category'
from (
    select {{ split_to_rows('pause_categories') }} as category
    from {{ ref('sla_policies') }}
) as pause
where pause.category <> '' and pause.category not in ({{ categories }})
union all
select
    'stage_categories.csv',
    category,
    'unknown category'
from {{ ref('stage_categories') }}
where category is null or category not in ({{ categories }})
union all
select
    'priorities.csv',
    priority,
    'unknown priority'
from {{ ref('priorities') }}
where priority is null or priority not in ({{ priorities }})
union all
select
    'business_hours.csv',
    weekday,
    'unknown weekday'
from {{ ref('stg_policies__business_hours') }}
where weekday_number is null
union all
select
    'response_engagements.csv',
    engagement_type,
    'neither calls nor meetings'
from {{ ref('response_engagements') }}
where engagement_type is null or engagement_type not in ('calls', 'meetings')
