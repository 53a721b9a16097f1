-- Values of unique properties that another record of the target holds: HubSpot would refuse the
-- whole ticket, so they stay behind.
with migrated as (
    select
        source_key,
        min(target_id) as target_id
    from {{ source('lookups', 'migrated') }}
    where object_type = 'tickets'
    group by source_key
)

select
    scope.ticket_id,
    rules.name as property_name,
    rules.target_name,
    source_values.value,
    min(held.target_id) as holder_id
from {{ ref('stg_migration__source_values') }} as source_values
inner join {{ ref('int_migration_property_rules') }} as rules
    on source_values.property_name = rules.name and rules.treatment = 'write'
inner join {{ ref('int_migration_scope') }} as scope
    on source_values.ticket_id = scope.ticket_id
inner join {{ source('lookups', 'unique_values') }} as held
    on
        held.object_type = 'tickets'
        and rules.target_name = held.property
        and lower(source_values.value) = lower(held.value)
left join migrated on scope.source_key = migrated.source_key
where
    not scope.is_archived
    and held.target_id <> coalesce(migrated.target_id, '')
group by scope.ticket_id, rules.name, rules.target_name, source_values.value
