{# Text as a whole number; null where it is none. A plain cast would round 2.5 to 3. #}
{% macro whole_number(text) -%}
    case
        when try_cast({{ text }} as double) = floor(try_cast({{ text }} as double))
            then try_cast({{ text }} as integer)
    end
{%- endmacro %}
