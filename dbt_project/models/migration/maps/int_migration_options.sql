-- Which option of the target each option or value of the source becomes: the declared one, the same
-- value, the one of the same spelling or label but for case, else it is added where that is allowed.
with rules as (
    select * from {{ ref('int_migration_property_rules') }}
    where treatment = 'write' and type = 'enumeration'
),

source_options as (
    select
        rules.name,
        option.value,
        option.label,
        option.display_order
    from rules
    cross join lateral ({{ options_of('rules.options') }}) as option
),

used as (
    select distinct
        source_values.property_name as name,
        {{ split_to_rows('source_values.value') }} as value
    from {{ ref('stg_migration__source_values') }} as source_values
    inner join rules on source_values.property_name = rules.name
    where source_values.value <> ''
),

wanted as (
    select
        coalesce(source_options.name, used.name) as name,
        coalesce(source_options.value, used.value) as value,
        coalesce(source_options.label, used.value) as label,
        source_options.display_order,
        used.value is not null as is_used
    from source_options
    full outer join used on source_options.name = used.name and source_options.value = used.value
    where coalesce(source_options.value, used.value) <> ''
),

target_options as (
    select
        rules.name,
        option.value,
        option.label
    from rules
    cross join lateral ({{ options_of('rules.target_options') }}) as option
),

alike as (
    select
        wanted.name,
        wanted.value,
        min(target_options.value) as target_value
    from wanted
    inner join target_options
        on
            wanted.name = target_options.name
            and (
                lower(trim(wanted.value)) = lower(trim(target_options.value))
                or lower(trim(wanted.label)) = lower(trim(target_options.label))
            )
    group by wanted.name, wanted.value
    having count(distinct target_options.value) = 1
),

resolved as (
    select
        wanted.*,
        rules.target_name,
        rules.has_fixed_options and rules.is_in_target as is_fixed,
        declared.target_value as declared_value,
        same.value as same_value,
        alike.target_value as alike_value
    from wanted
    inner join rules on wanted.name = rules.name
    left join {{ ref('stg_migration__maps') }} as declared
        on declared.kind = 'option' and declared.source_value = wanted.name || '=' || wanted.value
    left join target_options as same on wanted.name = same.name and wanted.value = same.value
    left join alike on wanted.name = alike.name and wanted.value = alike.value
)

select
    name,
    target_name,
    value,
    label,
    display_order,
    is_used,
    case
        when is_fixed and coalesce(declared_value, same_value, alike_value) is null then null
        else coalesce(declared_value, same_value, alike_value, value)
    end as target_value,
    case
        when declared_value is not null then 'declared'
        when same_value is not null then 'same'
        when alike_value is not null then 'alike'
        when is_fixed then 'unmapped'
        else 'added'
    end as how
from resolved
