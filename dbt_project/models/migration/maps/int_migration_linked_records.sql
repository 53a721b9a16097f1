-- Contacts, companies and deals that tickets or their engagements link to, as the source has them.
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
)

select
    wanted.object_type,
    wanted.record_id,
    wanted.is_linked,
    request.key_prefix || wanted.record_id as source_key,
    found.natural_key,
    found.properties,
    found.record_id is not null and not found.is_archived as is_readable
from wanted
cross join {{ ref('stg_migration__request') }} as request
left join {{ ref('stg_migration__source_records') }} as found
    on wanted.object_type = found.object_type and wanted.record_id = found.record_id
