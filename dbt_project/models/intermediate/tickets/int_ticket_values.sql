{{ config(materialized='view') }}

-- What each column of `tickets` that comes from a property is now.
select
    property_values.ticket_id,
    property_map.column_name,
    property_values.property_name,
    property_values.value,
    property_values.has_history
from {{ ref('int_ticket_property_values') }} as property_values
inner join {{ ref('stg_policies__property_map') }} as property_map
    on property_values.property_name = property_map.property_name
