-- Which properties of which tickets have a history at all, at whatever time: where there is one, the
-- value at the last read says nothing about an earlier moment.
select distinct
    ticket_id,
    property_name
from {{ source('hubspot', 'ticket_property_history') }}
where {{ is_rebuilt('ticket_id') }}
