{# JSON text is where engines differ most, so nothing else in the project touches it. #}

{# One key of a JSON object held as text, as text; null when it is absent. #}
{% macro property_value(column, name) -%}
    {{ return(adapter.dispatch('property_value')(column, name)) }}
{%- endmacro %}

{% macro duckdb__property_value(column, name) -%}
    json_extract_string({{ column }}, '$."{{ name }}"')
{%- endmacro %}

{# A list of several keys' values, in the order of `names`: the text is parsed once, not once a key. #}
{% macro property_values(column, names) -%}
    {{ return(adapter.dispatch('property_values')(column, names)) }}
{%- endmacro %}

{% macro duckdb__property_values(column, names) -%}
    json_extract_string({{ column }}, [
        {%- for name in names %}'$."{{ name }}"'{{ ', ' if not loop.last }}{% endfor -%}
    ])
{%- endmacro %}

{# The same for values that lie deeper: JSON paths such as `senders[0].actorId`, without the `$.`. #}
{% macro path_values(column, paths) -%}
    {{ return(adapter.dispatch('path_values')(column, paths)) }}
{%- endmacro %}

{% macro duckdb__path_values(column, paths) -%}
    json_extract_string({{ column }}, [
        {%- for path in paths %}'$.{{ path }}'{{ ', ' if not loop.last }}{% endfor -%}
    ])
{%- endmacro %}

{# One field of every element of a JSON list, sorted, without doubles and nulls, joined by ';'. #}
{% macro joined_field(column, field) -%}
    {{ return(adapter.dispatch('joined_field')(column, field)) }}
{%- endmacro %}

{% macro duckdb__joined_field(column, field) -%}
    nullif(array_to_string(list_sort(list_distinct(
        json_extract_string({{ column }}, '$[*].{{ field }}')
    )), ';'), '')
{%- endmacro %}

{# An object of text values, for `metadata`. `pairs`: {key: SQL expression}. #}
{% macro json_object_of(pairs) -%}
    {{ return(adapter.dispatch('json_object_of')(pairs)) }}
{%- endmacro %}

{% macro duckdb__json_object_of(pairs) -%}
    cast(json_object(
        {%- for key, value in pairs.items() %}'{{ key }}', {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    ) as varchar)
{%- endmacro %}
