-- Every entry of every ticket's history, with what the property was before it.
with history as (
    select * from {{ ref('stg_hubspot__ticket_property_history') }}
),

tickets as (
    select * from {{ ref('stg_hubspot__tickets') }}
)

select
    history.history_id,
    history.ticket_id,
    history.property_name,
    history.value as new_value,
    history.source_type,
    history.source_id,
    history.source_label,
    history.updated_by_user_id,
    lag(history.value) over (
        partition by history.ticket_id, history.property_name
        order by history.changed_at, history.sequence
    ) as old_value,

    history.sequence,

    history.changed_at,
    tickets.created_at
from history
inner join tickets on history.ticket_id = tickets.ticket_id
