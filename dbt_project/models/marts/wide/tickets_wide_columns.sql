with uncastable as (
    select
        property_name,
        count(*) as uncastable_count
    from {{ ref('int_ticket_uncastable_values') }}
    group by property_name
)

select
    properties.column_name,
    properties.property_name,
    properties.label,
    properties.description,
    properties.property_type,
    properties.column_type,
    cast(coalesce(uncastable.uncastable_count, 0) as bigint) as uncastable_count
from {{ ref('int_custom_properties') }} as properties
left join uncastable on properties.property_name = uncastable.property_name
