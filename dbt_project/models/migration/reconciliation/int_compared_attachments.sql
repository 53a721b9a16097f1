-- Files that notes, e-mails and the notes of messages carry: each one of the source against the one
-- that was uploaded for it, and those of the target that no file of the source explains.
with items as (
    select * from {{ ref('int_compared_items') }}
    where is_at_source and target_id is not null
),

source_files as (
    {{ files_of('source_portal') }}
),

target_files as (
    {{ files_of('target_portal') }}
),

ledger as (
    select
        source_id,
        state,
        reason
    from {{ source('migration_request', 'ledger') }}
    where object_type = 'files'
),

source_side as (
    select
        items.object_type,
        items.source_key,
        carried.file_id
    from {{ ref('int_migration_attachments') }} as carried
    inner join items
        on carried.object_type = items.object_type and carried.source_key = items.source_key
),

carried_there as (
    select distinct
        object_type,
        target_id,
        {{ split_to_rows('file_ids') }} as target_file_id
    from {{ ref('int_target_items') }}
    where file_ids is not null
),

target_side as (
    select
        items.object_type,
        items.source_key,
        carried_there.target_file_id,
        uploaded.file_id,
        row_number() over (
            partition by items.object_type, items.source_key, uploaded.file_id
            order by {{ id_order('carried_there.target_file_id') }}
        ) as place
    from carried_there
    inner join items
        on
            carried_there.object_type = items.object_type
            and carried_there.target_id = items.target_id
    left join {{ ref('int_target_uploads') }} as uploaded
        on carried_there.target_file_id = uploaded.target_file_id
    where carried_there.target_file_id <> ''
),

paired as (
    select
        coalesce(source_side.object_type, target_side.object_type) as object_type,
        coalesce(source_side.source_key, target_side.source_key) as source_key,
        source_side.file_id,
        target_side.target_file_id
    from source_side
    full outer join target_side
        on
            source_side.object_type = target_side.object_type
            and source_side.source_key = target_side.source_key
            and source_side.file_id = target_side.file_id
            and target_side.place = 1
)

select
    items.object_type,
    items.source_id,
    items.target_id,
    paired.file_id,
    paired.target_file_id,
    case when paired.file_id is not null then {{ shown_file('source_files', 'paired.file_id') }} end
        as source_value,
    case
        when paired.target_file_id is not null
            then {{ shown_file('target_files', 'paired.target_file_id') }}
    end as target_value,
    case
        when paired.file_id is null then 'attachment_extra'
        when
            paired.target_file_id is null
            and source_files.is_archived
            and brought.source_id is null
            then 'expected_file'
        when paired.target_file_id is null or coalesce(target_files.is_archived, true)
            then 'attachment_missing'
        -- what a side does not tell says nothing
        when
            source_files.size <> target_files.size
            or source_files.type <> target_files.type
            or source_files.checksum <> target_files.checksum
            or {{ other_file_name('source_files.name', 'target_files.name') }}
            then 'attachment_differs'
        else 'mapped'
    end as kind,
    ledger.reason as written_reason
from paired
inner join items
    on paired.object_type = items.object_type and paired.source_key = items.source_key
left join source_files on paired.file_id = source_files.id
left join target_files on paired.target_file_id = target_files.id
left join ledger on paired.file_id = ledger.source_id and ledger.state = 'failed'
-- what went over before the source lost it is to be there still
left join ledger as brought on paired.file_id = brought.source_id and brought.state = 'confirmed'
