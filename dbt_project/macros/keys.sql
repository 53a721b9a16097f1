{# A stable key: the hash of a natural key's parts, null and '' told apart. #}
{% macro hash_of(parts) -%}
    {%- set texts = [] -%}
    {%- for part in parts -%}
        {%- do texts.append("coalesce(cast(" ~ part ~ " as varchar), '~')") -%}
    {%- endfor -%}
    md5({{ texts | join(" || '|' || ") }})
{%- endmacro %}

{# Ids are numbers written as text: order them as numbers without casting what may not be one. #}
{% macro id_order(column) -%}
    length({{ column }}), {{ column }}
{%- endmacro %}
