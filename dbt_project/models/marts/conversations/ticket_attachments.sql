{{ config(materialized='incremental') }}

-- A file whose record was not read keeps its row: the reference is what was observed.
select
    attachments.attachment_id,
    attachments.ticket_id,
    attachments.file_id,
    attachments.source_object_type,
    attachments.source_object_id,
    attachments.attached_at,
    files.name,
    files.extension,
    files.file_type,
    try_cast(files.size_text as bigint) as size_bytes,
    files.archived_at
from {{ ref('int_ticket_attachments') }} as attachments
left join {{ ref('stg_hubspot__files') }} as files on attachments.file_id = files.file_id
