select
    deal_id,
    name,
    pipeline_id,
    stage_id,
    try_cast(amount_text as double) as amount,
    owner_id,
    created_at,
    archived_at
from {{ ref('stg_hubspot__deals') }}
