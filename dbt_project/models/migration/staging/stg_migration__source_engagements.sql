{% for object_type in ('notes', 'emails', 'calls', 'meetings', 'tasks') -%}
select
    '{{ object_type }}' as object_type,
    id as engagement_id,
    archived as is_archived,
    updated_at,
    properties
from {{ source('source_portal', object_type) }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
