-- Contacts, companies and deals that tickets or their engagements link to, and who they are in the
-- target: the declared one, the one with their source key, the one of the same e-mail or domain, or
-- the one that the ledger says was adopted for them.
with known as (
    select * from {{ ref('int_migration_known_records') }}
),

target_records as (
    select * from {{ ref('stg_migration__target_records') }}
),

owned as (
    select
        found.object_type,
        request.key_prefix || found.record_id as source_key
    from {{ ref('stg_migration__source_records') }} as found
    cross join {{ ref('stg_migration__request') }} as request
    where not found.is_archived
),

-- A record that was made for one who lives is nobody else's; of one who is gone, it is free again.
by_name as (
    select
        target_records.object_type,
        target_records.natural_key,
        min_by(
            target_records.target_id,
            (
                target_records.source_key is not null,
                length(target_records.target_id),
                target_records.target_id
            )
        ) as target_id
    from target_records
    left join owned
        on
            target_records.object_type = owned.object_type
            and target_records.source_key = owned.source_key
    where target_records.natural_key is not null and owned.source_key is null
    group by target_records.object_type, target_records.natural_key
),

resolved as (
    select
        known.*,
        coalesce(known.sure_id, by_name.target_id, known.adopted_id) as found_id,
        case
            when known.is_declared then 'declared'
            when known.sure_id is not null then 'source key'
            when by_name.target_id is not null
                then case known.object_type when 'contacts' then 'e-mail' else 'domain' end
            when known.adopted_id is not null then 'ledger'
        end as how
    from known
    left join by_name
        on
            known.object_type = by_name.object_type
            and known.natural_key = by_name.natural_key
            and known.place = 1
),

claimed as (
    select distinct
        object_type,
        found_id
    from resolved
    where is_readable and found_id is not null
),

-- Who was deleted has no claim to the record of who took his place.
judged as (
    select
        resolved.*,
        claimed.found_id is not null and not resolved.is_readable and not resolved.is_declared
            as gives_way
    from resolved
    left join claimed
        on resolved.object_type = claimed.object_type and resolved.found_id = claimed.found_id
)

select
    object_type,
    record_id,
    source_key,
    natural_key,
    properties,
    is_readable,
    is_linked,
    case when not gives_way then found_id end as target_id,
    case when not gives_way then how end as how
from judged
