-- One row per property that has a history: is a change of it an edit by a person, a change of one of
-- the attributes that have activities of their own, or a stamp of the system?
{%- set stamps = [
    'createdate', 'closed_date', 'created_by', 'first_agent_reply_date', 'hubspot_owner_assigneddate',
    'last_engagement_date', 'last_reply_date', 'notes_last_contacted', 'notes_last_updated',
    'notes_next_activity_date', 'num_contacted_notes', 'num_notes', 'source_ref', 'source_thread_id',
    'time_to_close', 'time_to_first_agent_reply',
] %}
{%- set editable = ['hs_file_upload', 'hs_resolution', 'hs_tag_ids', 'hs_ticket_category'] %}
with properties as (
    select distinct property_name from {{ ref('int_ticket_history') }}
),

attributes as (
    select distinct property_name from {{ ref('stg_policies__property_map') }}
    where column_name in ('pipeline', 'stage', 'priority', 'ticket_type', 'owner', 'team')
),

definitions as (
    select
        property_name,
        max(case when is_calculated or is_read_only then 1 else 0 end) = 1 as is_system
    from {{ ref('stg_hubspot__ticket_property_definitions') }}
    group by property_name
)

select
    properties.property_name,
    case
        when attributes.property_name is not null then 'attribute'
        when
            properties.property_name in (
                {%- for name in editable %}
                '{{ name }}'{{ ',' if not loop.last }}
                {%- endfor %}
            ) then 'edit'
        when definitions.is_system then 'system'
        when
            properties.property_name in (
                {%- for name in stamps %}
                '{{ name }}'{{ ',' if not loop.last }}
                {%- endfor %}
            ) then 'system'
        -- HubSpot keeps the prefix for itself.
        when substring(properties.property_name, 1, 3) = 'hs_' then 'system'
        else 'edit'
    end as kind
from properties
left join attributes on properties.property_name = attributes.property_name
left join definitions on properties.property_name = definitions.property_name
