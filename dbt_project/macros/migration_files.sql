{# What a file is, as both portals tell it of their own. #}

{# A SELECT of the files of a portal: name with its ending, size in bytes, type, checksum; null where HubSpot is silent. #}
{% macro files_of(portal) -%}
    select
        id,
        coalesce(archived, false) as is_archived,
        {{ with_ending('texts[1]', 'texts[2]') }} as name,
        try_cast(texts[3] as bigint) as size,
        texts[4] as type,
        texts[5] as checksum,
        texts[6] as path
    from (
        select
            id,
            archived,
            {{ property_values('properties', ['name', 'extension', 'size', 'type', 'fileMd5', 'path']) }} as texts
        from {{ source(portal, 'files') }}
    ) as told
{%- endmacro %}

{# A file's name with its ending, which HubSpot may have told as part of the name already. #}
{% macro with_ending(name, extension) -%}
    {{ name }}
    || case
        when coalesce({{ extension }}, '') = '' or ends_with({{ name }}, '.' || {{ extension }}) then ''
        else '.' || {{ extension }}
    end
{%- endmacro %}

{# A file as a report shows it. #}
{% macro shown_file(file, file_id) -%}
    coalesce({{ file }}.name, 'file ' || {{ file_id }})
    || coalesce(' (' || cast({{ file }}.size as varchar) || ' bytes, ' || coalesce({{ file }}.type, 'no type') || ')', '')
{%- endmacro %}

{# Whether two files have other names: the file manager has its own way with capitals, blanks and
   signs, and puts a number behind a name that is taken. #}
{% macro other_file_name(name, there) -%}
    {{ plain_name(name) }} not in (
        {{ plain_name(there) }},
        {{ without_number(plain_name(there)) }}
    )
{%- endmacro %}

{# A plain name without a number before its ending. #}
{% macro without_number(plain) -%}
    {{ return(adapter.dispatch('without_number')(plain)) }}
{%- endmacro %}

{% macro duckdb__without_number(plain) -%}
    regexp_replace({{ plain }}, '-[0-9]+(-[^-]*)?$', '\1')
{%- endmacro %}

{% macro plain_name(name) -%}
    {{ return(adapter.dispatch('plain_name')(name)) }}
{%- endmacro %}

{% macro duckdb__plain_name(name) -%}
    regexp_replace(lower({{ name }}), '[^\p{L}\p{N}]+', '-', 'g')
{%- endmacro %}
