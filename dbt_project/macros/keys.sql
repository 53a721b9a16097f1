{# A stable key: the hash of a natural key's parts. Null and '' are told apart, null and '~' are not; of the
   parts only one may hold a '|', and only one that numbers follow. #}
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
