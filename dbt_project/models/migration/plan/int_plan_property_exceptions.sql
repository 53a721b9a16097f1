-- Properties whose values stay behind, and values that the target does not take.
with rules as (
    select * from {{ ref('int_migration_property_rules') }}
),

scope as (
    select * from {{ ref('int_migration_scope') }}
    where not is_archived
),

used_values as (
    select source_values.*
    from {{ ref('stg_migration__source_values') }} as source_values
    inner join scope on source_values.ticket_id = scope.ticket_id
    where source_values.value <> ''
),

used as (
    select
        property_name,
        count(*) as ticket_count
    from used_values
    group by property_name
),

left_behind as (
    select
        rules.*,
        used.ticket_count,
        case rules.treatment
            when 'conflict' then 'property_conflict'
            when 'absent' then 'absent_property'
            when 'read_only' then 'read_only_property'
            else 'skipped_property'
        end as exception_kind
    from rules
    inner join used on rules.name = used.property_name
    where rules.treatment not in ('write', 'special', 'of_a_stage', 'calculated')
),

-- A list of a portal's own that has no options and holds owners: a HubSpot user property.
of_owners as (
    select
        options.name,
        count(*) as owner_count
    from {{ ref('int_migration_options') }} as options
    inner join rules on options.name = rules.name
    left join {{ ref('int_migration_owners') }} as owners on options.value = owners.owner_id
    where rules.options = '[]' and not rules.is_hubspot_defined
    group by options.name
    having bool_and(owners.email is not null and options.how <> 'declared')
)

select
    {{ exception('exception_kind', "'tickets'", 'reason', field='name',
        value="cast(ticket_count as varchar) || ' tickets'") }}
from left_behind
union all
select
    {{ exception("'property_conflict'", 'object_type', 'reason', field='name') }}
from {{ ref('int_plan_properties') }}
where
    action = 'conflict'
    and name not in (
        select rules.target_name from rules
        where rules.treatment = 'conflict'
    )
union all
select
    {{ exception("'text_too_long'", "'tickets'",
        "'HubSpot takes 65,536 characters: the rest is cut off'", 'ticket_id', 'property_name',
        "cast(length(value) as varchar) || ' characters'") }}
from used_values
where length(value) > {{ longest_text() }}
union all
select
    {{ exception("'unique_value_taken'", "'tickets'",
        "'the target allows each value once, and its record ' || holder_id || ' has it'",
        'ticket_id', 'property_name', 'value') }}
from {{ ref('int_plan_taken_values') }}
union all
select
    {{ exception("'stage_missing'", "'tickets'",
        "'the ticket stands in no stage: HubSpot demands one, so it gets the first of its pipeline'",
        'facts.ticket_id', "'hs_pipeline_stage'", 'facts.written_stage_id') }}
from {{ ref('int_migration_ticket_facts') }} as facts
inner join scope on facts.ticket_id = scope.ticket_id
where facts.written_stage_id is distinct from facts.stage_id
union all
select
    {{ exception("'unmapped_option'", "'tickets'",
        "'the target does not know it and lets none be added: declare another (kind option)'",
        field='name', value='value') }}
from {{ ref('int_migration_options') }}
where how = 'unmapped' and is_used
union all
select
    {{ exception("'owner_ids_kept'", "'tickets'",
        """'its values are ids of owners of the source and stay so: '
    || 'declare each (kind option), or leave it out (kind skip_property)'""",
        field='name', value="cast(owner_count as varchar) || ' owners'") }}
from of_owners
union all
select
    {{ exception("'owner_without_target'", "'tickets'", """case how
        when 'fallback'
            then 'no active owner of this e-mail: the fallback owner takes over, source_owner tells'
        else 'no active owner of this e-mail, no fallback: left empty, source_owner tells'
    end""", field="'hubspot_owner_id'", value='coalesce(email, owner_id)') }}
from {{ ref('int_migration_owners') }}
where
    how in ('fallback', 'none')
    and owner_id in (
        select used_values.value from used_values
        where used_values.property_name = 'hubspot_owner_id'
    )
