-- Contacts, companies and deals that tickets or their engagements link to, and who they are in the
-- target: the declared one, the one with their source key, the one of the same e-mail or domain, or
-- the one that the ledger says was adopted for them.
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

target_records as (
    select * from {{ ref('stg_migration__target_records') }}
),

by_key as (
    select
        object_type,
        source_key,
        min(target_id) as target_id
    from target_records
    where source_key is not null
    group by object_type, source_key
),

declared as (
    select
        case kind when 'company' then 'companies' else kind || 's' end as object_type,
        source_value as record_id,
        target_value as target_id
    from {{ ref('stg_migration__maps') }}
    where kind in ('contact', 'company', 'deal')
),

records as (
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
),

there as (
    {% if is_plan() -%}
    select distinct
        object_type,
        target_object_id as target_id
    from {{ source('lookups', 'ticket_associations') }}
    union
    select distinct
        'contacts' as object_type,
        target_contact_id as target_id
    from {{ source('lookups', 'engagement_contacts') }}
    {%- else -%}
    select distinct
        object_type,
        target_id
    from target_records
    {%- endif %}
),

-- What was matched by name before, or made and its key lost. HubSpot refuses a contact whose address
-- another one has, be it as his second: the writer takes that one, and the ledger alone knows.
adopted as (
    select
        ledger.object_type,
        ledger.source_id as record_id,
        ledger.target_id
    from {{ source('migration_request', 'ledger') }} as ledger
    inner join there
        on ledger.object_type = there.object_type and ledger.target_id = there.target_id
    where
        ledger.object_type in ('contacts', 'companies', 'deals')
        and ledger.state = 'confirmed'
),

known as (
    select
        records.*,
        coalesce(declared.target_id, by_key.target_id) as sure_id,
        declared.target_id is not null as is_declared,
        adopted.target_id as adopted_id,
        -- of several with one address or domain, one is matched and the others are made: who lives
        -- goes before who was deleted and made again, then who was matched before; who needs no
        -- match stands aside
        row_number() over (
            partition by records.object_type, records.natural_key
            order by
                coalesce(declared.target_id, by_key.target_id) is null desc,
                records.is_readable desc,
                adopted.target_id is not null desc,
                {{ id_order('records.record_id') }} asc
        ) as place
    from records
    left join declared
        on records.object_type = declared.object_type and records.record_id = declared.record_id
    left join by_key
        on records.object_type = by_key.object_type and records.source_key = by_key.source_key
    left join adopted
        on records.object_type = adopted.object_type and records.record_id = adopted.record_id
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
