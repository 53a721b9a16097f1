select
    object_type,
    name,
    label,
    description,
    type,
    field_type,
    group_name,
    options,
    coalesce(has_unique_value, false) as is_unique,
    coalesce(hubspot_defined, false) as is_hubspot_defined,
    coalesce(calculated, false) or field_type like 'calculation%' as is_calculated,
    coalesce({{ property_value('modification_metadata', 'readOnlyValue') }}, 'false') = 'true'
        as is_read_only
from {{ source('source_portal', 'properties') }}
where removed_at is null and not coalesce(archived, false)
