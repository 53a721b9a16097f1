-- Every property that has a value, unpivoted once; '' says that somebody cleared it.
with unpivoted as (
    select
        id as ticket_id,
        {{ pairs_to_rows('properties', 'property_name', 'value') }}
    from {{ source('source_portal', 'tickets') }}
)

select
    ticket_id,
    property_name,
    value
from unpivoted
where value is not null
