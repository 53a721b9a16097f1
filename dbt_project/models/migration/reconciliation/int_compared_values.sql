-- Both sides' values of what is written, property by property, where a side has one at all.
with pairs as (
    select * from {{ ref('int_migration_pairs') }}
    where place = 1
),

rules as (
    select * from {{ ref('int_migration_property_rules') }}
),

written as (
    select
        name as source_name,
        target_name,
        type
    from rules
    where treatment = 'write' or name in ('hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id')
),

originals (target_name, type) as (
    values
    {% for original in migration_originals() -%}
    ('{{ original.name }}', '{{ original.type }}'){{ ',' if not loop.last }}
    {% endfor %}
),

source_side as (
    select
        pairs.ticket_id,
        written.target_name,
        source_values.value
    from {{ ref('stg_migration__source_values') }} as source_values
    inner join written on source_values.property_name = written.source_name
    inner join pairs on source_values.ticket_id = pairs.ticket_id
    union all
    select
        pairs.ticket_id,
        originals.property_name,
        originals.value
    from {{ ref('int_migration_originals') }} as originals
    inner join pairs on originals.ticket_id = pairs.ticket_id
),

unpivoted as (
    select
        pairs.ticket_id,
        {{ pairs_to_rows('tickets.properties', 'target_name', 'value') }}
    from {{ source('target_portal', 'tickets') }} as tickets
    inner join pairs on tickets.id = pairs.target_id
),

named as (
    select
        target_name,
        type
    from written
    union all
    select
        target_name,
        type
    from originals
),

known as (
    select
        target_name,
        min(type) as type
    from named
    group by target_name
),

target_side as (
    select unpivoted.*
    from unpivoted
    inner join known on unpivoted.target_name = known.target_name
    where unpivoted.value is not null
),

compared as (
    select
        coalesce(source_side.ticket_id, target_side.ticket_id) as ticket_id,
        coalesce(source_side.target_name, target_side.target_name) as target_name,
        source_side.value as source_value,
        target_side.value as target_value,
        coalesce(source_side.value = target_side.value, false) as is_equal,
        coalesce(source_side.value = target_side.value, false)
        and coalesce(source_side.target_name, target_side.target_name)
        not in ('hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id') as is_settled
    from source_side
    full outer join target_side
        on
            source_side.ticket_id = target_side.ticket_id
            and source_side.target_name = target_side.target_name
)

select
    compared.ticket_id,
    compared.target_name,
    known.type,
    -- what is equal needs no text any more
    case when not compared.is_settled then compared.source_value end as source_value,
    case when not compared.is_settled then compared.target_value end as target_value,
    compared.is_equal,
    compared.is_settled
from compared
inner join known on compared.target_name = known.target_name
