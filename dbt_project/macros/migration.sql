{# What a migration's models share: which half runs, and JSON that is made or taken apart by rows. #}

{# 'plan' reads what the target was asked live, 'reconciliation' reads the target's own warehouse. #}
{% macro is_plan() -%}
    {{ return(var('migration', '') == 'plan') }}
{%- endmacro %}

{# The pairs of a JSON object of texts as two lists, names and values, in step: parsed once. #}
{% macro pairs_to_rows(column, name_column, value_column) -%}
    {{ return(adapter.dispatch('pairs_to_rows')(column, name_column, value_column)) }}
{%- endmacro %}

{% macro duckdb__pairs_to_rows(column, name_column, value_column) -%}
    unnest(map_keys(cast(cast({{ column }} as json) as map(varchar, varchar)))) as {{ name_column }},
        unnest(map_values(cast(cast({{ column }} as json) as map(varchar, varchar)))) as {{ value_column }}
{%- endmacro %}

{# Rows of a group become one JSON object with sorted keys: equal rows are equal bytes. #}
{% macro rows_to_object(name, value) -%}
    {{ return(adapter.dispatch('rows_to_object')(name, value)) }}
{%- endmacro %}

{% macro duckdb__rows_to_object(name, value) -%}
    cast(to_json(map_from_entries(list({'k': {{ name }}, 'v': {{ value }}} order by {{ name }}))) as varchar)
{%- endmacro %}

{# Rows of a group become a JSON list of their texts, each of which is JSON already. #}
{% macro rows_to_list(json_text, order) -%}
    {{ return(adapter.dispatch('rows_to_list')(json_text, order)) }}
{%- endmacro %}

{% macro duckdb__rows_to_list(json_text, order) -%}
    '[' || string_agg({{ json_text }}, ',' order by {{ order }}) || ']'
{%- endmacro %}

{# An object of texts and numbers; what is null stays out, as HubSpot's definitions have it. #}
{% macro object_of(pairs) -%}
    {{ return(adapter.dispatch('object_of')(pairs)) }}
{%- endmacro %}

{% macro duckdb__object_of(pairs) -%}
    cast(json_merge_patch('{}', json_object(
        {%- for key, value in pairs.items() %}'{{ key }}', {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    )) as varchar)
{%- endmacro %}

{# HubSpot's way of writing a moment. #}
{% macro moment_text(moment) -%}
    {{ return(adapter.dispatch('moment_text')(moment)) }}
{%- endmacro %}

{% macro duckdb__moment_text(moment) -%}
    strftime({{ moment }}, '%Y-%m-%dT%H:%M:%S.%gZ')
{%- endmacro %}

{% macro sha256_of(text) -%}
    {{ return(adapter.dispatch('sha256_of')(text)) }}
{%- endmacro %}

{% macro duckdb__sha256_of(text) -%}
    sha256({{ text }})
{%- endmacro %}

{# Text as HTML that shows it, and back. Notes are HTML at HubSpot; what a person wrote is not. #}
{% macro html_of(text) -%}
    replace(replace(replace(replace({{ text }}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), chr(10), '<br>')
{%- endmacro %}

{% macro text_of_html(html) -%}
    replace(replace(replace(replace({{ html }}, '<br>', chr(10)), '&gt;', '>'), '&lt;', '<'), '&amp;', '&')
{%- endmacro %}

{# Properties that HubSpot makes for each stage of each pipeline. #}
{% macro is_of_a_stage(name) -%}
    {{ return(adapter.dispatch('is_of_a_stage')(name)) }}
{%- endmacro %}

{% macro duckdb__is_of_a_stage(name) -%}
    regexp_matches({{ name }}, '^hs_(v2_)?(date_entered|date_exited|cumulative_time_in|latest_time_in|time_in)_')
{%- endmacro %}

{# HubSpot's longest text, in characters. #}
{% macro longest_text() -%}
    65536
{%- endmacro %}

{# Of what a note's text is made when one note cannot hold it: the worst escape is five characters. #}
{% macro note_part() -%}
    12000
{%- endmacro %}

{# A part of a JSON object as JSON text; null when it is absent. #}
{% macro json_part(column, path) -%}
    {{ return(adapter.dispatch('json_part')(column, path)) }}
{%- endmacro %}

{% macro duckdb__json_part(column, path) -%}
    cast(json_extract({{ column }}, '$.{{ path }}') as varchar)
{%- endmacro %}

{# A field below the first level, as text. #}
{% macro json_text(column, path) -%}
    {{ return(adapter.dispatch('json_text')(column, path)) }}
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
    json_extract_string({{ column }}, '$.{{ path }}')
{%- endmacro %}

{# A SELECT of the options of a definition: value, label, display_order. #}
{% macro options_of(column) -%}
    {{ return(adapter.dispatch('options_of')(column)) }}
{%- endmacro %}

{% macro duckdb__options_of(column) -%}
    select
            one.value,
            one.label,
            one."displayOrder" as display_order
        from (
            select unnest(from_json(
                coalesce(nullif({{ column }}, ''), '[]'),
                '[{"value": "VARCHAR", "label": "VARCHAR", "displayOrder": "BIGINT"}]'
            )) as one
        ) as listed
{%- endmacro %}

{# A name made of a label: letters, digits and underscores, told apart by a hash where that is little. #}
{% macro word_of(label) -%}
    {{ return(adapter.dispatch('word_of')(label)) }}
{%- endmacro %}

{% macro duckdb__word_of(label) -%}
    'migrated_' || regexp_replace({{ label }}, '[^A-Za-z0-9]+', '_', 'g') || '_' || left(md5({{ label }}), 6)
{%- endmacro %}

{# A SELECT of the types of a link: category, type_id, label. #}
{% macro types_of(column) -%}
    {{ return(adapter.dispatch('types_of')(column)) }}
{%- endmacro %}

{% macro duckdb__types_of(column) -%}
    select
            one.category,
            one."typeId" as type_id,
            one.label
        from (
            select unnest(from_json(
                coalesce({{ column }}, '[]'),
                '[{"category": "VARCHAR", "typeId": "BIGINT", "label": "VARCHAR"}]'
            )) as one
        ) as listed
{%- endmacro %}

{# A column of a mart that a portal's marts may not have yet; null then. #}
{% macro mart_column(relation, name, type) -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}{%- do names.append(column.name) -%}{%- endfor -%}
    {%- endif -%}
    {{ return(name if name in names else 'cast(null as ' ~ type ~ ')') }}
{%- endmacro %}

{% macro split_list(column) -%}
    {{ return(adapter.dispatch('split_list')(column)) }}
{%- endmacro %}

{% macro duckdb__split_list(column) -%}
    string_split({{ column }}, ';')
{%- endmacro %}

{# Those of a value's options that a list of allowed ones does not have. #}
{% macro options_unknown(value, allowed) -%}
    {{ return(adapter.dispatch('options_unknown')(value, allowed)) }}
{%- endmacro %}

{% macro duckdb__options_unknown(value, allowed) -%}
    list_filter({{ split_list(value) }}, lambda one: one <> '' and not list_contains({{ allowed }}, one))
{%- endmacro %}

{# What a link is, told the same in every portal: HubSpot's types by number, a portal's own by label. #}
{% macro kinds_of_link(types) -%}
    string_agg(
            case
                when {{ types }}.category = 'USER_DEFINED' then 'label ' || coalesce({{ types }}.label, '')
                else 'type ' || cast({{ types }}.type_id as varchar)
            end, ';'
            order by {{ types }}.category, {{ types }}.label, {{ types }}.type_id
        )
{%- endmacro %}

{# One shape for everything that will not be as it was. #}
{% macro exception(kind, object_type, reason, source_id='null', field='null', value='null') -%}
    cast({{ kind }} as varchar) as kind,
    cast({{ object_type }} as varchar) as object_type,
    cast({{ source_id }} as varchar) as source_id,
    cast({{ field }} as varchar) as field,
    cast({{ value }} as varchar) as value,
    cast({{ reason }} as varchar) as reason
{%- endmacro %}
