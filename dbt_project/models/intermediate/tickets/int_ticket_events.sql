{{ config(materialized='view') }}

-- One row per event of a ticket, whoever saw it.
with property_events as (
    select
        event_id,
        ticket_id,
        activity_type,
        changed_at as occurred_at,
        sequence,
        case
            when updated_by_user_id is not null or source_type = 'CRM_UI' then 'user'
            when source_type in ('CONVERSATIONS', 'EMAIL', 'FORM', 'FORMS') then 'contact'
            when source_type in ('API', 'INTEGRATION', 'IMPORT') then 'integration'
            when source_type like '%WORKFLOW%' or source_type like 'AUTOMATION%' then 'workflow'
            else 'system'
        end as actor_type,
        coalesce(updated_by_user_id, source_id) as actor_id,
        property_name,
        old_value,
        new_value,
        'tickets' as source_object_type,
        ticket_id as source_object_id,
        cast(null as varchar) as metadata,
        cast(null as varchar) as external_message_id
    from {{ ref('int_ticket_property_events') }}
),

creations as (
    select
        ticket_id,
        created_at
    from {{ ref('stg_hubspot__tickets') }}
    where {{ is_rebuilt('ticket_id') }}
)

select * from property_events
union all
select
    {{ hash_of(['ticket_id', "'ticket_created'"]) }} as event_id,
    ticket_id,
    'ticket_created' as activity_type,
    created_at as occurred_at,
    0 as sequence,
    'system' as actor_type,
    null as actor_id,
    null as property_name,
    null as old_value,
    null as new_value,
    'tickets' as source_object_type,
    ticket_id as source_object_id,
    null as metadata,
    null as external_message_id
from creations
union all
select
    event_id,
    ticket_id,
    activity_type,
    occurred_at,
    1 as sequence,
    'system' as actor_type,
    null as actor_id,
    null as property_name,
    null as old_value,
    null as new_value,
    object_type as source_object_type,
    object_id as source_object_id,
    {{ json_object_of({'label': 'label', 'type_ids': 'type_ids'}) }} as metadata,
    null as external_message_id
from {{ ref('int_ticket_link_events') }}
union all
select
    event_id,
    ticket_id,
    activity_type,
    occurred_at,
    1 as sequence,
    actor_type,
    actor_id,
    null as property_name,
    null as old_value,
    null as new_value,
    source_object_type,
    source_object_id,
    metadata,
    external_message_id
from {{ ref('int_ticket_conversation_events') }}
