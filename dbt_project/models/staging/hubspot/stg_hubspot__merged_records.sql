-- Contacts, companies and deals that were merged into another: the survivor lists them.
{%- for object_type in ['contacts', 'companies', 'deals'] %}
{%- if not loop.first %}
union
{%- endif %}
select
    '{{ object_type }}' as object_type,
    {{ split_to_rows(property_value('properties', 'hs_merged_object_ids')) }} as object_id
from {{ source('hubspot', object_type) }}
where {{ property_value('properties', 'hs_merged_object_ids') }} <> ''
{%- endfor %}
