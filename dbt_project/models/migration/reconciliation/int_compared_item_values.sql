-- The properties of engagements on both sides, but for those that the target sets itself.
with items as (
    select * from {{ ref('int_compared_items') }}
    where kind = 'engagement' and target_id is not null
),

definitions as (
    select * from {{ ref('stg_migration__target_properties') }}
    where object_type <> 'tickets'
),

source_side as (
    select
        object_type,
        engagement_id as source_id,
        {{ pairs_to_rows('properties', 'property_name', 'value') }}
    from {{ ref('int_migration_engagements') }}
),

there as (
    {% for object_type in ('notes', 'emails', 'calls', 'meetings', 'tasks') -%}
    select
        '{{ object_type }}' as object_type,
        id,
        properties
    from {{ source('target_portal', object_type) }}
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

target_side as (
    select
        items.object_type,
        items.source_id,
        {{ pairs_to_rows('there.properties', 'property_name', 'value') }}
    from there
    inner join items on there.object_type = items.object_type and there.id = items.target_id
),

-- The target may say more of an engagement than the source did (HubSpot fills some in).
compared as (
    select
        source_side.object_type,
        source_side.source_id,
        source_side.property_name,
        source_side.value as source_value,
        target_side.value as target_value
    from source_side
    left join target_side
        on
            source_side.object_type = target_side.object_type
            and source_side.source_id = target_side.source_id
            and source_side.property_name = target_side.property_name
    -- files are compared one by one, and a key that is there already is an earlier migration's
    where
        source_side.value <> ''
        and source_side.property_name not in ('hs_attachment_ids', 'migration_source_key')
)

select
    items.object_type,
    items.source_id,
    items.source_key,
    items.ticket_id,
    items.target_id,
    compared.property_name,
    compared.source_value,
    compared.target_value,
    case
        when definitions.name is null then 'expected_unwritten'
        when compared.property_name = 'hubspot_owner_id'
            then
                case
                    when
                        compared.target_value = owners.target_owner_id
                        and owners.how in ('same_email', 'declared')
                        then 'mapped'
                    when coalesce(compared.target_value, '') = coalesce(owners.target_owner_id, '')
                        then 'expected_owner'
                    else 'author_differs'
                end
        when compared.source_value = compared.target_value then 'same'
        when
            coalesce(compared.target_value, '') = ''
            and len({{ options_unknown('compared.source_value', 'options.allowed') }}) > 0
            then 'expected_option'
        else
            {{ kind_of_difference(
                'compared.source_value', 'compared.target_value', 'definitions.type'
            ) }}
    end as kind
from compared
inner join items
    on compared.object_type = items.object_type and compared.source_id = items.source_id
left join definitions
    on
        compared.object_type = definitions.object_type
        and compared.property_name = definitions.name
left join {{ ref('int_migration_target_options') }} as options
    on compared.object_type = options.object_type and compared.property_name = options.name
left join {{ ref('int_migration_owners') }} as owners
    on compared.property_name = 'hubspot_owner_id' and compared.source_value = owners.owner_id
where not coalesce(definitions.is_read_only, false)
