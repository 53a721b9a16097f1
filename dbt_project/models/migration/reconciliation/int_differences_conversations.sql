with items as (
    select * from {{ ref('int_compared_items') }}
),

unwritten as (
    select
        object_type,
        property_name,
        count(*) as value_count
    from {{ ref('int_compared_item_values') }}
    where kind = 'expected_unwritten'
    group by object_type, property_name
)

select
    {{ difference('conversations', 'object_type', 'source_id', 'target_id', 'source_key',
        "'ticket ' || ticket_id",
        kind="case when target_id is null then 'item_missing' else 'item_unlinked' end",
        reason="case when target_id is not null then 'it does not hang on its ticket' end") }}
from items
where is_at_source and (target_id is null or not is_linked)
union all
select
    {{ difference('conversations', 'object_type', target_id='target_id', field='source_key',
        kind="'item_extra'",
        reason="'it hangs on a migrated ticket, and the source does not have it'") }}
from items
where not is_at_source and is_linked
union all
select
    {{ difference('conversations', 'item_values.object_type', 'item_values.source_id',
        'item_values.target_id', 'item_values.property_name', 'item_values.source_value',
        'item_values.target_value', 'item_values.kind', """case item_values.kind
            when 'expected_owner' then 'the target has no active owner of this e-mail'
            when 'expected_option' then 'the target has no such option: the plan lists it'
            when 'part_missing' then 'the target lacks one or more of several options'
            when 'trailing_space' then 'only white space at the end differs'
            when 'text_cut' then 'the target has the beginning only'
        end""") }}
from {{ ref('int_compared_item_values') }} as item_values
where item_values.kind not in ('same', 'mapped', 'expected_unwritten')
union all
select
    {{ difference('conversations', 'unwritten.object_type', field='unwritten.property_name',
        source_value="cast(unwritten.value_count as varchar) || ' values'",
        kind="'expected_unwritten'", reason="'the target does not define it: the plan lists it'",
        occurrences='unwritten.value_count') }}
from unwritten
union all
select
    {{ difference('conversations', 'notes.object_type', 'notes.source_id', 'notes.target_id',
        "notes.item_kind || ' text'", 'notes.source_text', 'notes.target_text', 'notes.kind',
        """case notes.kind
            when 'trailing_space' then 'only white space at the end differs'
            when 'text_cut' then 'the target has the beginning only'
        end""") }}
from {{ ref('int_compared_notes') }} as notes
where notes.kind <> 'same'
union all
select
    {{ difference('conversations', 'notes.object_type', 'notes.source_id', 'notes.target_id',
        "notes.item_kind || ' time'", 'notes.source_at', 'notes.target_at', "'moment_differs'") }}
from {{ ref('int_compared_notes') }} as notes
where not notes.is_same_time
union all
select
    {{ difference('conversations', 'files.object_type', 'files.source_id', 'files.target_id',
        "'attachment ' || coalesce(files.file_id, files.target_file_id)",
        'files.source_value', 'files.target_value', 'files.kind', """case
            when files.kind = 'expected_file' then 'the source no longer has this file'
            when files.kind = 'attachment_differs'
                then 'name, size, type or content is not that of the file of the source'
            when files.kind = 'attachment_extra'
                then 'it was not uploaded for a file that this carries at the source'
            when files.target_file_id is not null then 'the target no longer has this file'
            else files.written_reason
        end""") }}
from {{ ref('int_compared_attachments') }} as files
where files.kind <> 'mapped'
