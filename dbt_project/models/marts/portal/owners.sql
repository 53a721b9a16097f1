select
    owner_id,
    user_id,
    email,
    first_name,
    last_name,
    nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '') as full_name,
    owner_type,
    is_archived,
    created_at,
    removed_at
from {{ ref('stg_hubspot__owners') }}
