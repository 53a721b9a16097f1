-- Links of the tickets that are migrated, as the target shall have them: records of the source that
-- are one record there share one link, which has the types of all of theirs.
with wanted as (
    select
        links.ticket_id,
        links.object_type,
        links.object_id,
        links.types,
        records.target_id as known_id,
        records.is_readable,
        coalesce(records.target_id, 'of the source ' || links.object_id) as target_object_id
    from {{ ref('int_migration_links') }} as links
    inner join {{ ref('int_migration_records') }} as records
        on links.object_type = records.object_type and links.object_id = records.record_id
),

typed as (
    select distinct
        wanted.ticket_id,
        wanted.object_type,
        wanted.target_object_id,
        types.category,
        types.type_id,
        types.label
    from wanted
    cross join lateral ({{ types_of('wanted.types') }}) as types
),

united as (
    select
        typed.ticket_id,
        typed.object_type,
        typed.target_object_id,
        {{ kinds_of_link('typed') }} as kinds,
        {{ rows_to_list(
            object_of({'category': 'typed.category', 'label': 'typed.label', 'typeId': 'typed.type_id'}),
            'typed.category, typed.label, typed.type_id'
        ) }} as types
    from typed
    group by typed.ticket_id, typed.object_type, typed.target_object_id
),

joined as (
    select
        ticket_id,
        object_type,
        target_object_id,
        max(known_id) as known_id,
        count(*) as record_count,
        min_by(object_id, (length(object_id), object_id)) as object_id,
        bool_or(is_readable) as is_readable,
        max(types) as types
    from wanted
    group by ticket_id, object_type, target_object_id
)

select
    joined.ticket_id,
    joined.object_type,
    joined.object_id,
    joined.target_object_id,
    joined.known_id,
    joined.is_readable,
    united.kinds,
    case when joined.record_count = 1 then joined.types else united.types end as types
from joined
inner join united
    on
        joined.ticket_id = united.ticket_id
        and joined.object_type = united.object_type
        and joined.target_object_id = united.target_object_id
