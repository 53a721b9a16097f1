-- Which file of the source each uploaded file of the target is: it lies in a folder that is named after
-- the source's; who moved it, the ledger knows.
with target_files as (
    {{ files_of('target_portal') }}
),

told as (
    select
        target_files.id as target_file_id,
        split_part(target_files.path, '/', 4) as file_id,
        1 as place
    from target_files
    cross join {{ ref('stg_migration__request') }} as request
    where starts_with(target_files.path, '/migration/' || request.source_portal_id || '/')
    union all
    select
        target_id,
        source_id,
        2 as place
    from {{ source('migration_request', 'ledger') }}
    where object_type = 'files' and target_id is not null
)

select
    target_file_id,
    min_by(file_id, place) as file_id
from told
group by target_file_id
