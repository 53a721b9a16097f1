-- The links of a ticket that stand now, and those that are gone.
select
    ticket_id,
    object_type,
    object_id,
    arg_max(types, observed_at) as types,
    bool_or(gone_at is null) as is_standing
from {{ source('source_portal', 'ticket_associations') }}
group by ticket_id, object_type, object_id
