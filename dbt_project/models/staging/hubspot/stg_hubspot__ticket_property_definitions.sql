with source as (
    select * from {{ source('hubspot', 'properties') }}
    where object_type = 'tickets'
)

select
    name as property_name,
    label,
    description,
    type as data_type,
    field_type,
    coalesce(calculated, false) as is_calculated,
    coalesce(hubspot_defined, false) as is_hubspot_defined,
    coalesce({{ property_value('modification_metadata', 'readOnlyValue') }}, 'false') = 'true'
        as is_read_only,
    cast(removed_at as timestamp) as removed_at
from source
