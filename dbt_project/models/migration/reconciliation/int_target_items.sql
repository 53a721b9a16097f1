{%- set names = ['migration_source_key', 'hs_attachment_ids'] -%}
-- Notes, e-mails, calls, meetings and tasks of the target, with the source key of those that a
-- migration made, and the files that they carry.
with told as (
    {% for object_type in ('notes', 'emails', 'calls', 'meetings', 'tasks') -%}
    select
        '{{ object_type }}' as object_type,
        id as target_id,
        {{ property_values('properties', names) }} as texts
    from {{ source('target_portal', object_type) }}
    where not archived
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
)

select
    object_type,
    target_id,
    texts[1] as source_key,
    nullif(texts[2], '') as file_ids
from told
