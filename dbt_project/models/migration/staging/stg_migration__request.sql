select
    source_portal_id,
    target_portal_id,
    ticket_limit,
    is_delta,
    missing_records,
    began_at,
    lower(fallback_owner) as fallback_owner,
    source_portal_id || ':' as key_prefix
from {{ source('migration_request', 'options') }}
