-- For tickets that were migrated before: which of their values differ in the target now.
with migrated as (
    select
        source_key,
        target_id,
        coalesce(properties, '{}') as properties
    from {{ source('lookups', 'migrated') }}
    where object_type = 'tickets'
),

found as (
    select
        scope.ticket_id,
        migrated.target_id,
        migrated.properties
    from {{ ref('int_migration_scope') }} as scope
    inner join migrated on scope.source_key = migrated.source_key
),

current_values as (
    select
        ticket_id,
        {{ pairs_to_rows('properties', 'property_name', 'value') }}
    from found
),

wanted as (
    select
        ticket_values.*,
        case ticket_values.property_name
            when 'hs_pipeline' then coalesce(stages.target_pipeline_id, '?')
            when 'hs_pipeline_stage' then coalesce(stages.target_stage_id, '?')
            else ticket_values.value
        end as value_there
    from {{ ref('int_plan_ticket_values') }} as ticket_values
    inner join found on ticket_values.ticket_id = found.ticket_id
    left join {{ ref('int_migration_ticket_facts') }} as facts
        on ticket_values.ticket_id = facts.ticket_id
    left join {{ ref('int_migration_stages') }} as stages
        on
            facts.written_pipeline_id = stages.pipeline_id
            and facts.written_stage_id = stages.stage_id
),

-- A property that the source has no value of is cleared; others that the target has are its own.
written as (
    select target_name as property_name
    from {{ ref('int_migration_property_rules') }}
    where treatment = 'write'
    union
    select 'hubspot_owner_id' as property_name
    {% for original in migration_originals() %}
    union
    select '{{ original.name }}' as property_name
    {%- endfor %}
),

compared as (
    select
        coalesce(wanted.ticket_id, current_values.ticket_id) as ticket_id,
        coalesce(wanted.property_name, current_values.property_name) as property_name,
        coalesce(wanted.value, '') as value,
        coalesce(wanted.value_there, '') as value_there,
        coalesce(current_values.value, '') as current_value
    from wanted
    full outer join current_values
        on
            wanted.ticket_id = current_values.ticket_id
            and wanted.property_name = current_values.property_name
),

differing as (
    select
        compared.ticket_id,
        compared.property_name,
        compared.value
    from compared
    where
        compared.value_there <> compared.current_value
        and (
            compared.property_name in ('hs_pipeline', 'hs_pipeline_stage')
            or compared.property_name in (select written.property_name from written)
        )
        -- a moment may be written in two ways
        and coalesce(
            {{ moment_of_text('compared.value_there') }}
            <> {{ moment_of_text('compared.current_value') }},
            true
        )
),

-- A stage is one of a pipeline: who moves to another one is told both.
moved as (
    select distinct ticket_id
    from differing
    where property_name in ('hs_pipeline', 'hs_pipeline_stage')
)

select
    ticket_id,
    property_name,
    value
from differing
where property_name not in ('hs_pipeline', 'hs_pipeline_stage')
union all
select
    wanted.ticket_id,
    wanted.property_name,
    wanted.value
from wanted
inner join moved on wanted.ticket_id = moved.ticket_id
where wanted.property_name in ('hs_pipeline', 'hs_pipeline_stage')
