{{ config(materialized='incremental') }}

-- The activity of an entry is the one of the first contact who saw it.
select
    history.ticket_id,
    history.property_name,
    history.changed_at,
    cast(history.sequence as bigint) as sequence,
    history.old_value,
    history.new_value,
    coalesce(history.updated_by_user_id, history.source_id) as changed_by,
    history.source_type,
    history.source_id,
    {{ hash_of(['history.history_id', 'recipients.contact_id']) }} as activity_id
from {{ ref('int_ticket_history') }} as history
left join {{ ref('int_ticket_recipients') }} as recipients
    on
        history.ticket_id = recipients.ticket_id
        and recipients.recipient_number = 1
        and recipients.span_from <= history.changed_at
        and recipients.span_to > history.changed_at
