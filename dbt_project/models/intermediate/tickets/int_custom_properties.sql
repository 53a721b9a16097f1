-- The properties that a portal made for its tickets, with the column of `tickets_wide` that each becomes.
select
    definitions.property_name,
    case
        -- `tickets_wide` has a `ticket_id` of its own; the name that makes way may be taken too.
        when replace(definitions.property_name, 'property_', '') = 'ticket_id'
            then 'property_' || definitions.property_name
        else definitions.property_name
    end as column_name,
    definitions.label,
    definitions.description,
    definitions.data_type as property_type,
    case definitions.data_type
        when 'number' then 'double'
        when 'date' then 'date'
        when 'datetime' then 'timestamp'
        when 'bool' then 'boolean'
        else 'varchar'
    end as column_type
from {{ ref('stg_hubspot__ticket_property_definitions') }} as definitions
cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
where
    not definitions.is_hubspot_defined
    and (definitions.removed_at is null or definitions.removed_at > build_moment.as_of)
