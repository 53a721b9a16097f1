select distinct
    links.object_type,
    types.category,
    types.type_id,
    types.label
from {{ ref('int_migration_links') }} as links
cross join lateral ({{ types_of('links.types') }}) as types
