-- Target tickets that no source ticket explains, though they look as if a migration had made them: a
-- key or an origin of this source, or made since then by the very application that wrote the others.
-- What a migration from another portal wrote, which its key, its origin or its ledger tells, is that
-- one's to judge.
with targets as (
    select * from {{ ref('int_target_tickets') }}
),

pairs as (
    select * from {{ ref('int_migration_pairs') }}
),

makers as (
    select distinct
        true as is_maker,
        targets.hs_object_source,
        targets.hs_object_source_id
    from targets
    inner join pairs on targets.target_id = pairs.target_id
    where pairs.place = 1
),

began as (
    select coalesce(max(request.began_at), min(pairs.created_at)) as began_at
    from {{ ref('stg_migration__request') }} as request
    left join pairs on pairs.place = 1
),

sources as (
    select * from {{ ref('stg_migration__source_tickets') }}
),

originals as (
    select
        ticket_id,
        max(value) filter (where property_name = 'subject') as subject,
        max(value) filter (where property_name = 'content') as content
    from {{ ref('stg_migration__source_values') }}
    where property_name in ('subject', 'content')
    group by ticket_id
),

lonely as (
    select targets.*
    from targets
    left join pairs on targets.target_id = pairs.target_id
    where pairs.target_id is null
),

others as (
    select distinct target_id
    from {{ source('migration_request', 'others') }}
    where object_type = 'tickets'
),

strange as (
    select
        lonely.*,
        starts_with(lonely.migration_source_key, request.key_prefix)
        or lonely.source_portal_id = request.source_portal_id as claims_source,
        coalesce(
            case
                when starts_with(lonely.migration_source_key, request.key_prefix)
                    then substr(lonely.migration_source_key, length(request.key_prefix) + 1)
            end,
            lonely.source_ticket_id
        ) as claimed_id,
        others.target_id is not null
        or coalesce(
            regexp_matches(lonely.migration_source_key, '^[0-9]+:')
            and not starts_with(lonely.migration_source_key, request.key_prefix), false
        )
        or coalesce(nullif(lonely.source_portal_id, ''), request.source_portal_id)
        <> request.source_portal_id as is_of_another
    from lonely
    cross join {{ ref('stg_migration__request') }} as request
    left join others on lonely.target_id = others.target_id
),

judged as (
    select
        strange.target_id,
        strange.subject,
        strange.content
    from strange
    cross join began
    left join makers
        on
            strange.hs_object_source is not distinct from makers.hs_object_source
            and strange.hs_object_source_id is not distinct from makers.hs_object_source_id
    left join sources on strange.claimed_id = sources.ticket_id
    where
        (coalesce(strange.claims_source, false) and sources.ticket_id is null)
        or (
            not coalesce(strange.claims_source, false)
            and not strange.is_of_another
            and makers.is_maker
            and strange.created_at >= began.began_at
        )
)

select
    judged.target_id,
    judged.subject,
    min(originals.ticket_id) as copied_id
from judged
left join originals
    on judged.subject = originals.subject and judged.content = originals.content
group by judged.target_id, judged.subject
