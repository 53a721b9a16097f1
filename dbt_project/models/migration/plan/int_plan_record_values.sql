-- What records that are to be created, and engagements, may say in the target: what it defines and
-- lets be written, in options that it knows.
with records as (
    select
        object_type,
        record_id,
        properties
    from {{ ref('int_migration_records') }}
    where target_id is null and is_linked and is_readable
    union all
    select
        object_type,
        engagement_id as record_id,
        properties
    from {{ ref('int_migration_engagements') }}
),

unpivoted as (
    select
        object_type,
        record_id,
        {{ pairs_to_rows('properties', 'property_name', 'value') }}
    from records
),

definitions as (
    select * from {{ ref('stg_migration__target_properties') }}
    where object_type <> 'tickets'
),

told as (
    select
        unpivoted.object_type,
        unpivoted.record_id,
        unpivoted.property_name,
        definitions.name is not null as is_defined,
        coalesce(definitions.is_read_only, false) as is_read_only,
        unpivoted.property_name = 'hubspot_owner_id' as is_owner,
        case
            when unpivoted.property_name = 'hubspot_owner_id' then owners.target_owner_id
            else unpivoted.value
        end as value,
        case
            when unpivoted.property_name <> 'hubspot_owner_id'
                then array_to_string(
                    {{ options_unknown('unpivoted.value', 'options.allowed') }}, ';'
                )
        end as unknown_options
    from unpivoted
    left join definitions
        on
            unpivoted.object_type = definitions.object_type
            and unpivoted.property_name = definitions.name
    left join {{ ref('int_migration_target_options') }} as options
        on unpivoted.object_type = options.object_type and unpivoted.property_name = options.name
    left join {{ ref('int_migration_owners') }} as owners
        on unpivoted.property_name = 'hubspot_owner_id' and unpivoted.value = owners.owner_id
    where
        unpivoted.value <> ''
        and unpivoted.property_name <> 'hs_attachment_ids'
        -- an earlier migration's key, of the source's own source
        and unpivoted.property_name <> 'migration_source_key'
)

select
    object_type,
    record_id,
    property_name,
    left(value, {{ longest_text() }}) as value,
    case
        when not is_defined then 'the target does not define it'
        when is_read_only then 'HubSpot does not let it be written'
        when is_owner and value is null
            then 'the target has no owner of this e-mail, and no fallback owner is named'
        when unknown_options <> '' then 'the target has no such option: the value is left out'
    end as refusal,
    case when is_defined and not is_read_only then nullif(unknown_options, '') end
        as unknown_options
from told
