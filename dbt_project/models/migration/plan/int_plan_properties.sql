-- Definitions that the target shall have: the source's own ones, the originals of what HubSpot does
-- not accept, and the source key of every type of object that is written.
with rules as (
    select * from {{ ref('int_migration_property_rules') }}
    where treatment in ('write', 'conflict') and (not is_hubspot_defined or is_in_target)
),

added_options as (
    select
        target_name,
        count(*) filter (where how = 'added') as added_count
    from {{ ref('int_migration_options') }}
    group by target_name
),

own as (
    select
        'tickets' as object_type,
        rules.target_name as name,
        rules.label,
        rules.description,
        rules.type,
        rules.field_type,
        coalesce(rules.group_name, 'ticketinformation') as group_name,
        rules.is_unique,
        rules.reason,
        case
            when rules.treatment = 'conflict' then 'conflict'
            when not rules.is_in_target then 'create'
            when added_options.added_count > 0 then 'patch_options'
            else 'equal'
        end as action
    from rules
    left join added_options on rules.target_name = added_options.target_name
    -- what HubSpot defines is the same everywhere, unless a portal added options to it
    where not rules.is_hubspot_defined or added_options.added_count > 0
),

originals (name, type) as (
    values
    {% for original in migration_originals() %}(
        '{{ original.name }}', '{{ original.type }}'
    ){{ ',' if not loop.last }}
    {% endfor %}
),

keyed (object_type) as (
    values ('tickets'), ('contacts'), ('companies'), ('deals'),
    ('notes'), ('emails'), ('calls'), ('meetings'), ('tasks')
),

ours as (
    select
        'tickets' as object_type,
        name,
        type,
        false as is_unique
    from originals
    union all
    select
        object_type,
        'migration_source_key' as name,
        'string' as type,
        true as is_unique
    from keyed
),

target_properties as (
    select * from {{ ref('stg_migration__target_properties') }}
)

select
    object_type,
    name,
    label,
    description,
    type,
    field_type,
    group_name,
    is_unique,
    action,
    reason
from own
union all
select
    ours.object_type,
    ours.name,
    upper(left(replace(ours.name, '_', ' '), 1))
    || substr(replace(ours.name, '_', ' '), 2) as label,
    'Set by a migration from another portal' as description,
    ours.type,
    case ours.type when 'datetime' then 'date' when 'number' then 'number' else 'text' end
        as field_type,
    'migration' as group_name,
    ours.is_unique,
    case
        when target_properties.name is null then 'create'
        when target_properties.type <> ours.type then 'conflict'
        else 'equal'
    end as action,
    case
        when target_properties.type <> ours.type
            then
                'the target''s ' || ours.name || ' is ' || target_properties.type
                || ': rename it there, the migration keeps originals under this name'
    end as reason
from ours
left join target_properties
    on ours.object_type = target_properties.object_type and ours.name = target_properties.name
