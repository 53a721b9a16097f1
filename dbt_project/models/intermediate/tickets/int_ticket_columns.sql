{{ config(materialized='incremental') }}
{%- set columns = hubspot_columns() %}
{%- do columns.update(mapped_columns()) %}

-- One row per ticket: the properties that become columns, as text.
select
    {% for column in columns -%}
    max(case when column_name = '{{ column }}' then value end) as {{ column }},
    {% endfor -%}
    ticket_id
from {{ ref('int_ticket_values') }}
group by ticket_id
