-- Contacts, companies and deals that tickets or their engagements link to, and who they are in the
-- target: the one with their source key, the declared one, or the one of the same e-mail or domain.
with mentioned as (
    select
        links.object_type,
        links.object_id as record_id,
        links.is_standing
    from {{ ref('stg_migration__source_links') }} as links
    inner join {{ ref('int_migration_scope') }} as scope on links.ticket_id = scope.ticket_id
    where not scope.is_archived and links.object_type in ('contacts', 'companies', 'deals')
    union all
    select
        to_type,
        to_id,
        true as is_standing
    from {{ ref('int_migration_engagement_links') }}
    where to_type = 'contacts'
),

wanted as (
    select
        object_type,
        record_id,
        bool_or(is_standing) as is_linked
    from mentioned
    group by object_type, record_id
),

records as (
    select
        wanted.object_type,
        wanted.record_id,
        wanted.is_linked,
        request.key_prefix || wanted.record_id as source_key,
        found.natural_key,
        found.properties,
        -- of several companies with one domain, one is matched and the others are made
        row_number() over (
            partition by wanted.object_type, found.natural_key
            order by {{ id_order('wanted.record_id') }}
        ) as place,
        found.record_id is not null and not found.is_archived as is_readable
    from wanted
    cross join {{ ref('stg_migration__request') }} as request
    left join {{ ref('stg_migration__source_records') }} as found
        on wanted.object_type = found.object_type and wanted.record_id = found.record_id
),

by_key as (
    select
        object_type,
        source_key,
        min(target_id) as target_id
    from {{ ref('stg_migration__target_records') }}
    where source_key is not null
    group by object_type, source_key
),

by_name as (
    select
        object_type,
        natural_key,
        min_by(target_id, (length(target_id), target_id)) as target_id
    from {{ ref('stg_migration__target_records') }}
    where natural_key is not null and source_key is null
    group by object_type, natural_key
),

declared as (
    select
        case kind when 'company' then 'companies' else kind || 's' end as object_type,
        source_value as record_id,
        target_value as target_id
    from {{ ref('stg_migration__maps') }}
    where kind in ('contact', 'company', 'deal')
)

select
    records.object_type,
    records.record_id,
    records.source_key,
    records.natural_key,
    records.properties,
    records.is_readable,
    records.is_linked,
    coalesce(declared.target_id, by_key.target_id, by_name.target_id) as target_id,
    case
        when declared.target_id is not null then 'declared'
        when by_key.target_id is not null then 'source key'
        when by_name.target_id is not null
            then case records.object_type when 'contacts' then 'e-mail' else 'domain' end
    end as how
from records
left join declared
    on records.object_type = declared.object_type and records.record_id = declared.record_id
left join by_key
    on records.object_type = by_key.object_type and records.source_key = by_key.source_key
left join by_name
    on
        records.object_type = by_name.object_type
        and records.natural_key = by_name.natural_key
        and records.place = 1
