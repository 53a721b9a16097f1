select
    stage_id,
    pipeline_id,
    label,
    cast(display_order as bigint) as display_order,
    category,
    category_source,
    category = 'closed' as is_closed,
    category in ('resolved', 'closed') as is_resolved,
    created_at,
    removed_at as archived_at
from {{ ref('int_stages') }}
