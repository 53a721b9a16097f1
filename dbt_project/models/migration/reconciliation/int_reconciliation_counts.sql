-- How much was compared on each level, and how much of it agrees in other words.
select
    'definitions' as level,
    count(*) as checked,
    0 as mapped
from {{ ref('int_compared_definitions') }}
union all
select
    'population' as level,
    count(*) as checked,
    0 as mapped
from {{ ref('int_reconciled_population') }}
union all
select
    'identity' as level,
    count(*) + (select count(*) from {{ ref('int_migration_extras') }}) as checked,
    0 as mapped
from {{ ref('int_migration_pairs') }}
union all
select
    'fields' as level,
    (select count(*) from {{ ref('int_compared_values') }})
    + coalesce((
        select sum(unwritten.occurrences) from {{ ref('int_differences_fields') }} as unwritten
        where unwritten.source_id is null
    ), 0) as checked,
    count(*) as mapped
from {{ ref('int_judged_values') }}
where kind = 'mapped'
union all
select
    'links' as level,
    count(*) as checked,
    count(*) filter (where is_at_source and is_at_target and object_id <> target_object_id)
        as mapped
from (
    select
        is_at_source,
        is_at_target,
        object_id,
        target_object_id
    from {{ ref('int_compared_links') }}
    union all
    select
        is_at_source,
        is_at_target,
        object_id,
        target_object_id
    from {{ ref('int_compared_item_links') }}
) as compared_links
union all
select
    'conversations' as level,
    count(*)
    + (select count(*) from {{ ref('int_compared_item_values') }})
    + (select count(*) from {{ ref('int_compared_attachments') }})
    + 2 * (select count(*) from {{ ref('int_compared_notes') }}) as checked,
    (
        select count(*) from {{ ref('int_compared_item_values') }} as item_values
        where item_values.kind = 'mapped'
    )
    + (
        select count(*) from {{ ref('int_compared_attachments') }} as files
        where files.kind = 'mapped'
    ) as mapped
from {{ ref('int_compared_items') }}
where is_at_source or is_linked
union all
select
    'measures' as level,
    count(*) filter (where source_value is not null or target_value is not null) + 4 as checked,
    0 as mapped
from {{ ref('int_compared_measures') }}
