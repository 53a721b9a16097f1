{% if is_plan() -%}
with asked as (
    select * from {{ source('lookups', 'properties') }}
)

select
    asked.object_type,
    asked.name,
    asked.type,
    asked.field_type,
    asked.group_name,
    {{ property_value('asked.definition', 'label') }} as label,
    coalesce({{ json_part('asked.definition', 'options') }}, '[]') as options,
    coalesce(asked.is_read_only, false) as is_read_only,
    coalesce(asked.is_hubspot_defined, false) as is_hubspot_defined,
    coalesce({{ json_text('asked.definition', 'modificationMetadata.readOnlyOptions') }}, 'false')
    = 'true'
        as has_fixed_options
from asked
where not coalesce(asked.is_archived, false)
{%- else -%}
select
    object_type,
    name,
    type,
    field_type,
    group_name,
    label,
    coalesce(options, '[]') as options,
    coalesce(calculated, false)
    or coalesce({{ property_value('modification_metadata', 'readOnlyValue') }}, 'false') = 'true'
        as is_read_only,
    coalesce(hubspot_defined, false) as is_hubspot_defined,
    coalesce({{ property_value('modification_metadata', 'readOnlyOptions') }}, 'false') = 'true'
        as has_fixed_options
from {{ source('target_portal', 'properties') }}
where removed_at is null and not coalesce(archived, false)
{%- endif %}
