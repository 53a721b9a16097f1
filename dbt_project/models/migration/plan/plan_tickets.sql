{{ config(schema='migration') }}

with scope as (
    select * from {{ ref('int_migration_scope') }}
),

request as (
    select * from {{ ref('stg_migration__request') }}
),

migrated as (
    select
        source_key,
        min(target_id) as target_id,
        min({{ property_value('properties', 'source_modified_at') }}) as modified_then
    from {{ source('lookups', 'migrated') }}
    where object_type = 'tickets'
    group by source_key
),

changes as (
    select
        ticket_id,
        count(*) as changed_count,
        {{ rows_to_object('property_name', 'value') }} as properties
    from {{ ref('int_plan_ticket_changes') }}
    group by ticket_id
),

whole as (
    select
        ticket_id,
        {{ rows_to_object('property_name', 'value') }} as properties
    from {{ ref('int_plan_ticket_values') }}
    group by ticket_id
),

merged as (
    {{ merged_tickets() }}
),

decided as (
    select
        scope.ticket_id as source_id,
        scope.source_key,
        migrated.target_id,
        changes.properties as changed_properties,
        whole.properties as whole_properties,
        case
            when scope.is_archived then 'skip'
            when migrated.target_id is null then 'create'
            when
                request.is_delta
                and migrated.modified_then = {{ moment_text('scope.updated_at') }}
                then 'skip'
            when changes.ticket_id is null then 'skip'
            else 'update'
        end as action,
        case
            when scope.is_archived and merged.survivor_id is not null
                then 'merged into ticket ' || merged.survivor_id || ' in the source portal'
            when scope.is_archived then 'archived in the source portal'
            when migrated.target_id is null then null
            when
                request.is_delta
                and migrated.modified_then = {{ moment_text('scope.updated_at') }}
                then 'unchanged at the source since it was migrated'
            when changes.ticket_id is null then 'the target has it as it is'
            else cast(changes.changed_count as varchar) || ' of its values differ in the target'
        end as reason
    from scope
    cross join request
    left join migrated on scope.source_key = migrated.source_key
    left join changes on scope.ticket_id = changes.ticket_id
    left join whole on scope.ticket_id = whole.ticket_id
    left join merged on scope.ticket_id = merged.merged_id
),

filled as (
    select
        *,
        case action
            when 'create' then whole_properties
            when 'update' then changed_properties
        end as properties
    from decided
)

select
    source_id,
    source_key,
    target_id,
    action,
    reason,
    properties,
    {{ sha256_of('properties') }} as payload_hash
from filled
