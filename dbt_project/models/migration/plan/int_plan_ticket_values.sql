-- What each ticket of the scope shall say in the target, property by property. Pipeline and stage
-- stay the source's ids: the target's are known only once they are written.
with scope as (
    select * from {{ ref('int_migration_scope') }}
    where not is_archived
),

rules as (
    select
        *,
        name in (
            select options.name from {{ ref('int_migration_options') }} as options
            where options.how not in ('same', 'added')
        ) as is_translated
    from {{ ref('int_migration_property_rules') }}
    where treatment = 'write'
),

own as (
    select
        source_values.ticket_id,
        rules.name,
        rules.target_name as property_name,
        rules.is_translated,
        source_values.value
    from {{ ref('stg_migration__source_values') }} as source_values
    inner join rules on source_values.property_name = rules.name
    inner join scope on source_values.ticket_id = scope.ticket_id
    left join {{ ref('int_plan_taken_values') }} as taken
        on source_values.ticket_id = taken.ticket_id and rules.name = taken.property_name
    where taken.ticket_id is null
),

split as (
    select
        ticket_id,
        name,
        property_name,
        {{ split_to_rows('value') }} as option_value,
        generate_subscripts({{ split_list('value') }}, 1) as place
    from own
    where is_translated
),

-- Two options of the source may be one there, which is written once.
translated_parts as (
    select
        split.ticket_id,
        split.property_name,
        coalesce(options.target_value, '') as target_value,
        min(split.place) as place
    from split
    left join {{ ref('int_migration_options') }} as options
        on split.name = options.name and split.option_value = options.value
    where options.target_value is not null or split.option_value = ''
    group by split.ticket_id, split.property_name, coalesce(options.target_value, '')
),

translated as (
    select
        ticket_id,
        property_name,
        string_agg(target_value, ';' order by place) as value
    from translated_parts
    group by ticket_id, property_name
),

placed as (
    select
        ticket_id,
        unnest(['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id']) as property_name,
        unnest(
            [
                written_pipeline_id,
                written_stage_id,
                case when owner_id = '' then '' else target_owner_id end
            ]
        )
            as value
    from {{ ref('int_migration_ticket_facts') }}
)

select
    ticket_id,
    property_name,
    left(value, {{ longest_text() }}) as value
from own
where not is_translated
union all
select
    ticket_id,
    property_name,
    value
from translated
where value is not null
union all
select
    placed.ticket_id,
    placed.property_name,
    placed.value
from placed
inner join scope on placed.ticket_id = scope.ticket_id
where placed.value is not null
union all
select
    originals.ticket_id,
    originals.property_name,
    left(originals.value, {{ longest_text() }}) as value
from {{ ref('int_migration_originals') }} as originals
inner join scope on originals.ticket_id = scope.ticket_id
