-- The properties that a portal made for its tickets, with the column of `tickets_wide` that each becomes.
select
    definitions.property_name,
    case
        when definitions.property_name = 'ticket_id' then 'property_ticket_id'
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
