{{ config(materialized='incremental') }}

-- What each survivor of a merge says: whom it took in, and when.
select
    history.ticket_id,
    history.new_value as loser_ids,
    history.changed_at as merged_at
from {{ ref('int_ticket_history') }} as history
inner join {{ ref('stg_policies__property_map') }} as property_map
    on history.property_name = property_map.property_name
where property_map.column_name = 'merged_ticket_ids'
union all
-- Without a history the survivor's creation stands for the merge: merging makes a new ticket.
select
    ticket_values.ticket_id,
    ticket_values.value,
    tickets.created_at
from {{ ref('int_ticket_values') }} as ticket_values
inner join {{ ref('stg_hubspot__tickets') }} as tickets
    on ticket_values.ticket_id = tickets.ticket_id
where
    ticket_values.column_name = 'merged_ticket_ids'
    and not ticket_values.has_history
