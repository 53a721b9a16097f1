with items as (
    select * from {{ ref('int_compared_items') }}
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
            when 'trailing_space' then 'only white space at the end differs'
            when 'text_cut' then 'the target has the beginning only'
        end""") }}
from {{ ref('int_compared_item_values') }} as item_values
where item_values.kind not in ('same', 'mapped')
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
