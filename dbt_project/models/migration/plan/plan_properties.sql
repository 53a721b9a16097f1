{{ config(schema='migration') }}

with properties as (
    select * from {{ ref('int_plan_properties') }}
),

rules as (
    select * from {{ ref('int_migration_property_rules') }}
),

target_options as (
    select
        rules.target_name as name,
        option.value,
        option.label,
        option.display_order
    from rules
    cross join lateral ({{ options_of('rules.target_options') }}) as option
    where rules.treatment = 'write' and rules.type in ('enumeration', 'bool')
),

-- HubSpot replaces the whole list, so that what the target has stands in it too.
united as (
    select
        name,
        value,
        label,
        0 as later,
        coalesce(display_order, 0) as display_order
    from target_options
    union all
    select
        target_name,
        target_value,
        label,
        1 as later,
        coalesce(display_order, 99999) as display_order
    from {{ ref('int_migration_options') }}
    where how = 'added'
    union all
    select
        rules.target_name,
        option.value,
        option.label,
        0 as later,
        coalesce(option.display_order, 0) as display_order
    from rules
    cross join lateral ({{ options_of('rules.options') }}) as option
    where rules.treatment = 'write' and rules.type = 'bool' and not rules.is_in_target
),

ranked as (
    select
        *,
        row_number() over (partition by name order by later, display_order, value) - 1 as place
    from united
),

options as (
    select
        name,
        {{ rows_to_list(
            object_of({'displayOrder': 'place', 'hidden': 'false', 'label': 'label', 'value': 'value'}),
            'place'
        ) }} as options
    from ranked
    group by name
)

select
    properties.object_type,
    properties.name,
    case
        when properties.action = 'patch_options'
            then '{"options":' || options.options || '}'
        else
            {{ object_of({
                'description': 'properties.description', 'fieldType': 'properties.field_type',
                'groupName': 'properties.group_name',
                'hasUniqueValue': 'case when properties.is_unique then true end',
                'label': 'properties.label', 'name': 'properties.name',
                'options': "case when properties.object_type = 'tickets' and properties.type in ('enumeration', 'bool') then cast(options.options as json) end",
                'type': 'properties.type',
            }) }}
    end as definition,
    properties.action,
    properties.reason
from properties
left join options on properties.object_type = 'tickets' and properties.name = options.name
