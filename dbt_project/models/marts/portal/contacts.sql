select
    contact_id,
    email,
    first_name,
    last_name,
    phone,
    company_name,
    owner_id,
    created_at,
    archived_at
from {{ ref('stg_hubspot__contacts') }}
