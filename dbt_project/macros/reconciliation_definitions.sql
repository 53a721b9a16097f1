{# The attributes of definitions that are compared: (object_type, source_id, target_id, field, both values, kind when they differ). #}
{% macro compared_definitions() -%}
select 'properties' as object_type, rules.name as source_id, rules.target_name as target_id, 'name' as field,
    rules.target_name as source_value, target_properties.name as target_value, 'property_missing' as kind
from rules
left join target_properties on rules.target_name = target_properties.name
union all
select 'properties', rules.name, rules.target_name, 'type', rules.type, target_properties.type, 'type_differs'
from rules
inner join target_properties on rules.target_name = target_properties.name
union all
select 'properties', rules.name, rules.target_name, 'label', rules.label, target_properties.label, 'expected_label'
from rules
inner join target_properties on rules.target_name = target_properties.name
union all
select 'properties', originals.name, originals.name, 'name', originals.name, target_properties.name, 'property_missing'
from originals
left join target_properties on originals.name = target_properties.name
union all
select 'options', options.name || '=' || options.value, options.target_name || '=' || options.target_value, 'value',
    options.target_value, target_options.value, 'option_missing'
from {{ ref('int_migration_options') }} as options
inner join rules on options.name = rules.name
left join target_options on options.target_name = target_options.name and options.target_value = target_options.value
where options.how <> 'unmapped'
union all
select 'property_groups', source_groups.name, target_groups.name, 'name', source_groups.name, target_groups.name, 'group_missing'
from source_groups
left join target_groups on source_groups.name = target_groups.name
where source_groups.name in (select rules.group_name from rules where not coalesce(rules.is_in_target, false)
    or rules.group_name in (select made.group_name from target_properties as made))
union all
select 'pipelines', pipeline_id, target_pipeline_id, 'label', label, target_label,
    case when target_pipeline_id is null then 'pipeline_missing' when is_spelled_alike then 'expected_spelling' else 'pipeline_renamed' end
from pipelines
union all
select 'stages', pipeline_id || '/' || stage_id, target_stage_id, 'label', label, target_label,
    case when target_stage_id is null then 'stage_missing' when is_spelled_alike then 'expected_spelling' else 'stage_renamed' end
from stages
union all
select 'stages', pipeline_id || '/' || stage_id, target_stage_id, 'state', ticket_state, target_state, 'stage_state_differs'
from stages
where target_stage_id is not null
union all
select 'stages', pipeline_id || '/' || stage_id, target_stage_id, 'order', cast(place as varchar), cast(target_place as varchar),
    'stage_order_differs'
from stages
where target_stage_id is not null
{%- endmacro %}
