with tickets as (
    select * from {{ source('source_portal', 'tickets') }}
),

request as (
    select * from {{ ref('stg_migration__request') }}
)

select
    tickets.id as ticket_id,
    request.key_prefix || tickets.id as source_key,
    tickets.archived as is_archived,
    tickets.created_at,
    tickets.updated_at
from tickets
cross join request
