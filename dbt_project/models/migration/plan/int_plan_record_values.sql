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

options as (
    select
        definitions.object_type,
        definitions.name,
        list(option.value) as allowed
    from definitions
    cross join lateral ({{ options_of('definitions.options') }}) as option
    where definitions.type = 'enumeration'
    group by definitions.object_type, definitions.name
)

select
    unpivoted.object_type,
    unpivoted.record_id,
    unpivoted.property_name,
    left(
        case
            when unpivoted.property_name = 'hubspot_owner_id' then owners.target_owner_id
            else unpivoted.value
        end, {{ longest_text() }}
    ) as value,
    case
        when definitions.name is null then 'the target does not define it'
        when definitions.is_read_only then 'HubSpot does not let it be written'
        when unpivoted.property_name = 'hubspot_owner_id' and owners.target_owner_id is null
            then 'the target has no owner of this e-mail, and no fallback owner is named'
        when
            options.allowed is not null
            and len(list_filter(
                {{ split_list('unpivoted.value') }},
                lambda one: not list_contains(options.allowed, one)
            )) > 0
            then 'the target has no such option'
    end as refusal
from unpivoted
left join definitions
    on
        unpivoted.object_type = definitions.object_type
        and unpivoted.property_name = definitions.name
left join options
    on unpivoted.object_type = options.object_type and unpivoted.property_name = options.name
left join {{ ref('int_migration_owners') }} as owners
    on unpivoted.property_name = 'hubspot_owner_id' and unpivoted.value = owners.owner_id
where
    unpivoted.value <> ''
    and unpivoted.property_name <> 'hs_attachment_ids'
    -- an earlier migration's key, of the source's own source
    and unpivoted.property_name <> 'migration_source_key'
