{{ config(schema='marts') }}

select
    'tickets' as object_type,
    pairs.ticket_id as source_id,
    pairs.target_id,
    scope.source_key,
    'source key' as known_by
from {{ ref('int_migration_pairs') }} as pairs
inner join {{ ref('int_migration_scope') }} as scope on pairs.ticket_id = scope.ticket_id
where pairs.place = 1
union all
select
    object_type,
    record_id as source_id,
    target_id,
    source_key,
    how as known_by
from {{ ref('int_migration_records') }}
where target_id is not null
union all
select
    object_type,
    source_id,
    target_id,
    source_key,
    'source key' as known_by
from {{ ref('int_compared_items') }}
where target_id is not null and is_at_source
union all
select
    'pipelines' as object_type,
    pipeline_id as source_id,
    target_pipeline_id as target_id,
    source_label as source_key,
    case when declared_reason is null then 'label' else 'declared' end as known_by
from {{ ref('int_migration_pipelines') }}
where target_pipeline_id is not null
union all
select
    'stages' as object_type,
    pipeline_id || '/' || stage_id as source_id,
    target_stage_id as target_id,
    source_label as source_key,
    case when declared_reason is null then 'label' else 'declared' end as known_by
from {{ ref('int_migration_stages') }}
where target_stage_id is not null
union all
select
    'owners' as object_type,
    owner_id as source_id,
    target_owner_id as target_id,
    email as source_key,
    case how when 'same_email' then 'e-mail' else how end as known_by
from {{ ref('int_migration_owners') }}
where target_owner_id is not null
