select
    pipeline_id,
    label,
    cast(display_order as bigint) as display_order,
    is_archived,
    created_at,
    removed_at as archived_at
from {{ ref('stg_hubspot__pipelines') }}
