-- The migration lead's file: what a person declared goes before what is found by name.
select
    lower(trim(kind)) as kind,
    trim(source_value) as source_value,
    trim(target_value) as target_value,
    coalesce(nullif(trim(reason), ''), 'declared in migration_maps.csv') as reason
from {{ ref('migration_maps') }}
