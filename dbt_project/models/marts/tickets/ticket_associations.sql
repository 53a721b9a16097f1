{{ config(materialized='incremental') }}

select
    ticket_id,
    object_type,
    object_id,
    label,
    type_ids,
    role,
    is_primary,
    associated_at,
    archived_at,
    is_inferred_start
from {{ ref('int_ticket_associations') }}
