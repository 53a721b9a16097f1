{%- set dimensions = [
    'status', 'priority', 'pipeline_id', 'stage_id', 'ticket_type', 'team', 'owner_id', 'source',
    'escalation_level',
] %}
-- Tickets as they stand: archived ones and those merged away are not counted.
with tickets as (
    select
        *,
        case when status in ('resolved', 'closed') then 0 else 1 end as is_open
    from {{ ref('tickets') }}
    where archived_at is null and merged_into_ticket_id is null
),

stacked as (
    select
        'all' as dimension,
        'all' as value,
        is_open
    from tickets
    {%- for dimension in dimensions %}
    union all
    select
        '{{ dimension }}',
        coalesce(cast({{ dimension }} as varchar), 'none'),
        is_open
    from tickets
    {%- endfor %}
)

select
    dimension,
    value,
    cast(sum(is_open) as bigint) as open_count,
    cast(sum(1 - is_open) as bigint) as closed_count,
    count(*) as total_count
from stacked
group by dimension, value
