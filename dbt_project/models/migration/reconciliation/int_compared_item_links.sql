-- Links of both sides between what was said and done about the migrated tickets and the contacts it
-- was with, as ids of the target.
with items as (
    select * from {{ ref('int_compared_items') }}
    where is_at_source and target_id is not null
),

source_side as (
    select
        items.object_type as item_type,
        items.source_key,
        coalesce(records.target_id, 'of the source ' || links.to_id) as target_object_id,
        min_by(links.to_id, (length(links.to_id), links.to_id)) as object_id,
        bool_or(records.is_readable or records.target_id is not null) as is_readable
    from {{ ref('int_migration_engagement_links') }} as links
    inner join items
        on
            items.kind = 'engagement'
            and links.object_type = items.object_type
            and links.engagement_id = items.source_id
    inner join {{ ref('int_migration_records') }} as records
        on links.to_type = records.object_type and links.to_id = records.record_id
    where links.to_type = 'contacts'
    group by
        items.object_type, items.source_key,
        coalesce(records.target_id, 'of the source ' || links.to_id)
),

target_side as (
    select distinct
        items.object_type as item_type,
        items.source_key,
        links.object_id as target_object_id
    from {{ source('target_portal', 'engagement_associations') }} as links
    inner join items
        on links.engagement_type = items.object_type and links.engagement_id = items.target_id
    where links.gone_at is null and links.object_type = 'contacts'
),

compared as (
    select
        coalesce(source_side.item_type, target_side.item_type) as item_type,
        coalesce(source_side.source_key, target_side.source_key) as source_key,
        source_side.object_id,
        coalesce(target_side.target_object_id, source_side.target_object_id) as target_object_id,
        source_side.is_readable,
        source_side.object_id is not null as is_at_source,
        target_side.target_object_id is not null as is_at_target
    from source_side
    full outer join target_side
        on
            source_side.item_type = target_side.item_type
            and source_side.source_key = target_side.source_key
            and source_side.target_object_id = target_side.target_object_id
)

select
    compared.item_type,
    items.source_id,
    items.target_id,
    'contacts' as object_type,
    compared.object_id,
    compared.target_object_id,
    compared.is_readable,
    compared.is_at_source,
    compared.is_at_target
from compared
inner join items
    on compared.item_type = items.object_type and compared.source_key = items.source_key
