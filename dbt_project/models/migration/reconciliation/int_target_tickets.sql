{%- set names = ['migration_source_key', 'source_portal_id', 'source_ticket_id', 'subject', 'content',
    'hs_object_source', 'hs_object_source_id'] -%}
-- Live tickets of the target, with what tells where they come from.
with tickets as (
    select
        id as target_id,
        created_at,
        {{ property_values('properties', names) }} as told
    from {{ source('target_portal', 'tickets') }}
    where not archived
)

select
    target_id,
    created_at,
{% for name in names -%}
told[{{ loop.index }}] as {{ name }}{{ ',' if not loop.last }}
{% endfor %}
from tickets
