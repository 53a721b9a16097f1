-- The options that the target has of the properties of records and engagements; one that it does not
-- list it refuses.
select
    definitions.object_type,
    definitions.name,
    list(option.value) as allowed
from {{ ref('stg_migration__target_properties') }} as definitions
cross join lateral ({{ options_of('definitions.options') }}) as option
where definitions.type = 'enumeration' and definitions.object_type <> 'tickets'
group by definitions.object_type, definitions.name
