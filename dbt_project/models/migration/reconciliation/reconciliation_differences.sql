{{ config(schema='marts') }}

-- One row per difference; a kind that begins with expected_ is explained by its reason.
{% set levels = ('definitions', 'population', 'identity', 'fields', 'links', 'conversations',
    'measures') -%}
{% for level in levels -%}
select
    level,
    object_type,
    source_id,
    target_id,
    field,
    source_value,
    target_value,
    kind,
    reason,
    occurrences,
    starts_with(kind, 'expected_') as is_explained
from {{ ref('int_differences_' ~ level) }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
