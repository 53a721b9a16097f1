-- Who of the linked records is known in the target whatever he is called: by the map, by his source
-- key, by the ledger; and which of those of one e-mail or domain is the one to be matched by it.
with records as (
    select * from {{ ref('int_migration_linked_records') }}
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
)

select
    records.object_type,
    records.record_id,
    records.is_linked,
    records.source_key,
    records.natural_key,
    records.properties,
    records.is_readable,
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
