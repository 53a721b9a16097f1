-- Contacts, companies and deals of the source, and the e-mail or domain that tells one from another.
{% for object_type, key in (('contacts', 'email'), ('companies', 'domain'), ('deals', none)) -%}
select
    '{{ object_type }}' as object_type,
    id as record_id,
    archived as is_archived,
    {% if key -%}
    nullif(lower(trim({{ property_value('properties', key) }})), '') as natural_key,
    {% else -%}
    cast(null as varchar) as natural_key,
    {% endif -%}
    properties
from {{ source('source_portal', object_type) }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
