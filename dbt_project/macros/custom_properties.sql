{# The custom properties as [{property_name, column_name, column_type}], read when a model runs: the columns
   of `tickets_wide` are those of the portal. #}
{% macro custom_properties(relation) -%}
    {%- set properties = [] -%}
    {%- if execute -%}
        {%- set rows = run_query(
            'select property_name, column_name, column_type from ' ~ relation ~ ' order by column_name'
        ) -%}
        {%- for row in rows -%}
            {%- do properties.append({
                'property_name': row[0], 'column_name': row[1], 'column_type': row[2],
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(properties) }}
{%- endmacro %}

{# HubSpot's text as a value of a type; null when it is none. #}
{% macro typed_value(text, type) -%}
    {%- if type == 'varchar' -%}
        {{ text }}
    {%- elif type in ('date', 'timestamp') -%}
        cast({{ moment_of_text(text) }} as {{ type }})
    {%- else -%}
        try_cast({{ text }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
