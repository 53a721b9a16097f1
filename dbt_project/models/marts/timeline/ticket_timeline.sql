{# The contract's check runs the query outside the view, where names without a database would be sought
   in the warehouse: hence the two `use`. #}
{{ config(
    materialized='view',
    pre_hook='use {{ this.database }}',
    post_hook='use {{ target.database }}'
) }}

-- A projection: the activities of a ticket through its contacts' windows, each event once, newest first.
-- Tables are named without their database, so that the published file can be opened under any name.
{%- set activities = ref('ticket_activities').include(database=false) %}
{%- set associations = ref('ticket_associations').include(database=false) %}
with seen as (
    select
        activities.*,
        case activities.activity_type
            when 'ticket_created' then 1
            when 'ticket_closed' then 3
            else 2
        end as type_order
    from {{ activities }} as activities
    inner join {{ associations }} as associations
        on
            activities.ticket_id = associations.ticket_id
            and activities.contact_id = associations.object_id
            and associations.object_type = 'contacts'
            and activities.emitted_at >= associations.associated_at
            and activities.emitted_at < coalesce(associations.archived_at, {{ end_of_time() }})
    -- Of those who saw an event, the one associated first stands for all.
    where activities.recipient_number = 1
)

select
    ticket_id,
    cast(row_number() over (
        partition by ticket_id
        order by occurred_at desc, sequence desc, type_order desc, event_id asc
    ) as bigint) as timeline_position,
    activity_id,
    event_id,
    contact_id,
    activity_type,
    occurred_at,
    emitted_at,
    sequence,
    actor_type,
    actor_id,
    property_name,
    old_value,
    new_value,
    source_object_type,
    source_object_id,
    external_message_id,
    metadata
from seen
order by ticket_id, timeline_position
