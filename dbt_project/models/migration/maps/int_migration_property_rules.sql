-- What becomes of each ticket property of the source, and why.
with originals (name) as (
    values
    {% for original in migration_originals() %}('{{ original.name }}'),
    {% endfor %}
    ('migration_source_key')
),

treated as (
    select
        *,
        case
            when name in ('hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id') then 'special'
            when skip_reason is not null then 'skip'
            when is_reserved then 'reserved'
            when is_of_a_stage then 'of_a_stage'
            when is_calculated then 'calculated'
            when is_read_only_in_target or (not is_in_target and is_read_only) then 'read_only'
            when not is_in_target and is_hubspot_defined then 'absent'
            when
                is_hubspot_defined and type = 'enumeration'
                and options = '[]' and target_options = '[]'
                then 'portal_ids'
            when is_in_target and target_type <> type then 'conflict'
            when
                is_in_target and type = 'enumeration'
                and field_type = 'checkbox' and target_field_type <> 'checkbox'
                then 'conflict'
            else 'write'
        end as treatment
    from {{ ref('int_migration_property_pairs') }}
),

-- Of two properties that would be written into one, the declared one gives way: the plan refuses it.
shared as (
    select target_name
    from treated
    where treatment in ('write', 'special')
    group by target_name
    having count(*) > 1
    union
    select originals.name from originals
),

judged as (
    select
        treated.* exclude (treatment),
        shared.target_name is not null as is_shared,
        case
            when shared.target_name is null then treated.treatment
            else 'conflict'
        end as treatment
    from treated
    left join shared
        on
            treated.target_name = shared.target_name
            and treated.treatment = 'write'
            and treated.name <> treated.target_name
)

select
    name,
    label,
    description,
    type,
    field_type,
    group_name,
    options,
    is_unique,
    is_hubspot_defined,
    target_name,
    is_in_target,
    has_fixed_options,
    target_options,
    treatment,
    case treatment
        when 'skip' then skip_reason
        when 'reserved' then 'an earlier migration made it; this one keeps its own originals there'
        when 'of_a_stage' then 'HubSpot makes it for each stage and sets it itself'
        when 'calculated' then 'HubSpot calculates it'
        when 'read_only' then 'HubSpot does not let it be written'
        when 'absent' then 'the target''s HubSpot does not have it'
        when 'portal_ids' then 'its values are ids of the source portal'
        when 'conflict'
            then
                case
                    when is_shared then 'something else is written into ' || target_name
                    else
                        'the target''s ' || target_name || ' is '
                        || target_type || '/' || target_field_type
                        || ', the source''s is ' || type || '/' || field_type
                end
                || ': name another one in migration_maps.csv (kind property)'
    end as reason
from judged
