{# Values side by side become rows: the SELECT items of two lists read in step. #}
{% macro unnested_pairs(names, values_list, name_column, value_column) -%}
    {{ return(adapter.dispatch('unnested_pairs')(names, values_list, name_column, value_column)) }}
{%- endmacro %}

{% macro duckdb__unnested_pairs(names, values_list, name_column, value_column) -%}
    unnest([{% for name in names %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}]) as {{ name_column }},
        unnest({{ values_list }}) as {{ value_column }}
{%- endmacro %}

{# A ';' list becomes rows. #}
{% macro split_to_rows(column) -%}
    {{ return(adapter.dispatch('split_to_rows')(column)) }}
{%- endmacro %}

{% macro duckdb__split_to_rows(column) -%}
    unnest(string_split({{ column }}, ';'))
{%- endmacro %}

{# The elements of a JSON list held as text become rows of JSON text. #}
{% macro json_list_to_rows(column) -%}
    {{ return(adapter.dispatch('json_list_to_rows')(column)) }}
{%- endmacro %}

{% macro duckdb__json_list_to_rows(column) -%}
    cast(unnest(json_extract({{ column }}, '$[*]')) as varchar)
{%- endmacro %}

{# One element of a list, counted from 1. #}
{% macro list_item(list, number) -%}
    {{ return(adapter.dispatch('list_item')(list, number)) }}
{%- endmacro %}

{% macro duckdb__list_item(list, number) -%}
    {{ list }}[{{ number }}]
{%- endmacro %}
