{# One shape for every difference; how often it occurs is told where one row stands for many. #}
{% macro difference(level, object_type, source_id='null', target_id='null', field='null', source_value='null',
    target_value='null', kind='null', reason='null', occurrences='1') -%}
    '{{ level }}' as level,
    {{ object_type }} as object_type,
    cast({{ source_id }} as varchar) as source_id,
    cast({{ target_id }} as varchar) as target_id,
    cast({{ field }} as varchar) as field,
    {{ shown('cast(' ~ source_value ~ ' as varchar)') }} as source_value,
    {{ shown('cast(' ~ target_value ~ ' as varchar)') }} as target_value,
    cast({{ kind }} as varchar) as kind,
    cast({{ reason }} as varchar) as reason,
    cast({{ occurrences }} as bigint) as occurrences
{%- endmacro %}

{# A value as a report shows it: long ones begin, and say how long they are. #}
{% macro shown(value) -%}
    case
            when length({{ value }}) > 200
                then left({{ value }}, 200) || '… (' || cast(length({{ value }}) as varchar) || ' characters)'
            else {{ value }}
        end
{%- endmacro %}

{# What kind of difference two texts have that are not equal: `type` is that of the definition. #}
{% macro kind_of_difference(source_value, target_value, type) -%}
    case
            when coalesce({{ source_value }}, '') = '' and coalesce({{ target_value }}, '') = '' then 'expected_empty'
            when coalesce({{ target_value }}, '') = '' then 'value_missing'
            when coalesce({{ source_value }}, '') = '' then 'value_extra'
            when {{ type }} in ('datetime', 'date')
                and {{ moment_of_text(source_value) }} = {{ moment_of_text(target_value) }} then 'same'
            when {{ type }} in ('datetime', 'date')
                and {{ moment_of_text(source_value) }} is not null
                and {{ moment_of_text(target_value) }} is not null then 'moment_differs'
            when {{ type }} = 'number'
                and try_cast({{ source_value }} as double) = try_cast({{ target_value }} as double) then 'same'
            when {{ type }} = 'enumeration'
                and list_sort({{ split_list(source_value) }}) = list_sort({{ split_list(target_value) }}) then 'same'
            when {{ type }} = 'enumeration'
                and {{ has_all_of(split_list(source_value), split_list(target_value)) }} then 'part_missing'
            when {{ without_end_space(source_value) }} = {{ without_end_space(target_value) }} then 'trailing_space'
            when {{ type }} not in ('enumeration', 'number', 'bool')
                and starts_with({{ source_value }}, {{ target_value }}) then 'text_cut'
            else 'value_differs'
        end
{%- endmacro %}

{# Whether the first list has every element of the second one. #}
{% macro has_all_of(list, part) -%}
    {{ return(adapter.dispatch('has_all_of')(list, part)) }}
{%- endmacro %}

{% macro duckdb__has_all_of(list, part) -%}
    list_has_all({{ list }}, {{ part }})
{%- endmacro %}

{% macro without_end_space(text) -%}
    regexp_replace({{ text }}, '(\s|<br>|&nbsp;)+$', '')
{%- endmacro %}
