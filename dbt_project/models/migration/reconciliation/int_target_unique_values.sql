-- Values of unique properties that tickets of the target's own hold.
with names as (
    select name
    from {{ source('target_portal', 'properties') }}
    where object_type = 'tickets' and has_unique_value and name <> 'migration_source_key'
),

own as (
    select tickets.properties
    from {{ source('target_portal', 'tickets') }} as tickets
    left join {{ ref('int_migration_pairs') }} as pairs on tickets.id = pairs.target_id
    where pairs.target_id is null and not tickets.archived
),

unpivoted as (
    select {{ pairs_to_rows('properties', 'target_name', 'value') }}
    from own
)

select
    unpivoted.target_name,
    unpivoted.value
from unpivoted
inner join names on unpivoted.target_name = names.name
where unpivoted.value <> ''
