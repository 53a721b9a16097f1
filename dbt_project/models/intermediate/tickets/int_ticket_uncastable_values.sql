{{ config(materialized='incremental') }}

-- Values of custom properties that their definition's type does not hold: null in `tickets_wide`.
select
    property_values.ticket_id,
    property_values.property_name,
    properties.column_type
from {{ ref('int_ticket_property_values') }} as property_values
inner join {{ ref('int_custom_properties') }} as properties
    on property_values.property_name = properties.property_name
where
    property_values.value is not null
    and case properties.column_type
        when 'double' then {{ typed_value('property_values.value', 'double') }} is null
        when 'date' then {{ typed_value('property_values.value', 'date') }} is null
        when 'timestamp' then {{ typed_value('property_values.value', 'timestamp') }} is null
        when 'boolean' then {{ typed_value('property_values.value', 'boolean') }} is null
        else false
    end
