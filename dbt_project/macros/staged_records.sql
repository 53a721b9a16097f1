{# A kind of CRM record, staged: its id, some of its properties as text (column: property's name, or none
   for a null column), when it was created and archived; none that was created after the build's moment.
   The JSON text is parsed once a row, not once a column, and of no row that the condition leaves out. #}
{% macro staged_records(table, id_column, columns, condition=none) -%}
{%- set names = columns.values() | select | list -%}
select
    source.id as {{ id_column }},
    {%- for column, property_name in columns.items() %}
    {% if property_name -%}
    {{ list_item('source.property_list', names.index(property_name) + 1) }} as {{ column }},
    {%- else -%}
    cast(null as varchar) as {{ column }},
    {%- endif %}
    {%- endfor %}
    cast(source.created_at as timestamp) as created_at,
    -- HubSpot says when it was archived; should it not, it was gone when it was read.
    case
        when source.archived and coalesce(source.archived_at, source._extracted_at) <= build_moment.as_of
            then cast(coalesce(source.archived_at, source._extracted_at) as timestamp)
    end as archived_at
from (
    select
        *,
        {{ property_values('properties', names) }} as property_list
    from {{ source('hubspot', table) }}
    {%- if condition %}
    where {{ condition }}
    {%- endif %}
) as source
cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
where source.created_at <= build_moment.as_of
{%- endmacro %}
