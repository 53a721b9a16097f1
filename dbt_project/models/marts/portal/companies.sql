select
    company_id,
    name,
    domain,
    phone,
    industry,
    owner_id,
    created_at,
    archived_at
from {{ ref('stg_hubspot__companies') }}
