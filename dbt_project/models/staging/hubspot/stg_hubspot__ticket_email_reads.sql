-- Tickets whose e-mails were asked for, also those that have none: of the others nobody knows whether
-- they were answered.
select ticket_id
from {{ source('hubspot', 'ticket_association_reads') }}
where object_type = 'emails' and {{ is_rebuilt('ticket_id') }}
