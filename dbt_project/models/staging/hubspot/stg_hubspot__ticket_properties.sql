{{ config(materialized='table') }}

{%- set names = ticket_property_names(ref('property_map'), ref('int_custom_properties')) %}

-- The values at the last read of the properties that become columns. History, where a property has
-- any, says more and is preferred downstream.
with source as (
    select
        id as ticket_id,
        {{ unnested_pairs(names, property_values('properties', names), 'property_name', 'value') }}
    from {{ source('hubspot', 'tickets') }}
    where {{ is_rebuilt('id') }}
)

select
    ticket_id,
    property_name,
    value
from source
where value is not null
