-- Notes that stand for messages, threads and histories: line, text and time as the source has them
-- against what the target shows.
with items as (
    select * from {{ ref('int_compared_items') }}
    where kind <> 'engagement' and target_id is not null
),

told as (
    select
        id as target_id,
        {{ property_value('properties', 'hs_note_body') }} as body,
        {{ property_value('properties', 'hs_timestamp') }} as at_text
    from {{ source('target_portal', 'notes') }}
    where not archived
)

select
    items.object_type,
    items.source_id,
    items.source_key,
    items.kind as item_kind,
    items.ticket_id,
    items.target_id,
    parts.at_text as source_at,
    told.at_text as target_at,
    case when coalesce(parts.body <> told.body, true) then {{ text_of_html('parts.body') }} end
        as source_text,
    case when coalesce(parts.body <> told.body, true) then {{ text_of_html('told.body') }} end
        as target_text,
    coalesce(
        {{ moment_of_text('parts.at_text') }} = {{ moment_of_text('told.at_text') }}, false
    ) as is_same_time,
    case
        when parts.body = told.body then 'same'
        when
            split_part(parts.body, '<br><br>', 1)
            <> split_part(coalesce(told.body, ''), '<br><br>', 1)
            and not starts_with(parts.body, coalesce(told.body, ''))
            then 'author_differs'
        else {{ kind_of_difference('parts.body', 'told.body', "'string'") }}
    end as kind
from items
inner join told on items.target_id = told.target_id
inner join {{ ref('int_migration_note_parts') }} as parts on items.source_key = parts.source_key
