-- Notes, e-mails, calls, meetings and tasks of the target, with the source key of those that a
-- migration made.
{% for object_type in ('notes', 'emails', 'calls', 'meetings', 'tasks') -%}
select
    '{{ object_type }}' as object_type,
    id as target_id,
    {{ property_value('properties', 'migration_source_key') }} as source_key
from {{ source('target_portal', object_type) }}
where not archived
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
