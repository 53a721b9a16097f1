{{ config(schema='migration') }}

with needed as (
    select distinct
        properties.object_type,
        properties.group_name as name
    from {{ ref('int_plan_properties') }} as properties
    where properties.action = 'create'
),

source_groups as (
    select * from {{ source('source_portal', 'property_groups') }}
    where removed_at is null
),

target_groups as (
    select * from {{ source('lookups', 'property_groups') }}
)

select
    needed.object_type,
    needed.name,
    coalesce(
        case when needed.name = 'migration' then 'Migration' end,
        source_groups.label, needed.name
    ) as label,
    cast(coalesce(source_groups.display_order, -1) as bigint) as display_order,
    case when target_groups.name is null then 'create' else 'equal' end as action
from needed
left join source_groups
    on needed.object_type = source_groups.object_type and needed.name = source_groups.name
left join target_groups
    on needed.object_type = target_groups.object_type and needed.name = target_groups.name
