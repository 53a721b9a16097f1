{# HubSpot's own properties that every portal has, by the column they become. #}
{% macro hubspot_columns() -%}
    {{ return({
        'subject': 'subject', 'content': 'content', 'source': 'source_type',
        'pipeline': 'hs_pipeline', 'stage': 'hs_pipeline_stage', 'priority': 'hs_ticket_priority',
        'owner': 'hubspot_owner_id', 'merged_ticket_ids': 'hs_merged_object_ids',
    }) }}
{%- endmacro %}

{# Columns whose property a portal may name in property_map.csv, with the default name. #}
{% macro mapped_columns() -%}
    {{ return({
        'ticket_type': 'ticket_type', 'service_address': 'service_address',
        'affected_services': 'affected_services', 'device_serial_numbers': 'device_serial_numbers',
        'team': 'hubspot_team_id', 'escalation_level': 'escalation_level',
        'escalated_at': 'escalated_at', 'escalated_to': 'escalated_to',
        'origin_type': 'origin_type', 'target_type': 'target_type', 'tags': 'hs_tag_ids',
        'ticket_number': 'ticket_number',
    }) }}
{%- endmacro %}

{# The names of all properties that become columns, read from policies and definitions when the model runs:
   JSON text is parsed once per ticket only when its paths are constants. #}
{% macro ticket_property_names(property_map, custom_properties) -%}
    {%- set names = hubspot_columns().values() | list + mapped_columns().values() | list
        + hubspot_sla_columns().values() | list -%}
    {%- if execute -%}
        {%- set rows = run_query('select distinct property from ' ~ property_map ~ ' where property is not null union select property_name from ' ~ custom_properties ~ ' order by 1') -%}
        {%- for row in rows -%}{%- do names.append(row[0]) -%}{%- endfor -%}
    {%- endif -%}
    {{ return(names | unique | list) }}
{%- endmacro %}

{# HubSpot's own service level fields, by metric and field: what it says beside our clocks. #}
{% macro hubspot_sla_columns() -%}
    {{ return({
        'hubspot_first_response_due_at': 'hs_time_to_first_response_sla_at',
        'hubspot_first_response_status': 'hs_time_to_first_response_sla_status',
        'hubspot_next_response_due_at': 'hs_time_to_next_response_sla_at',
        'hubspot_next_response_status': 'hs_time_to_next_response_sla_status',
        'hubspot_resolution_due_at': 'hs_time_to_close_sla_at',
        'hubspot_resolution_status': 'hs_time_to_close_sla_status',
    }) }}
{%- endmacro %}
