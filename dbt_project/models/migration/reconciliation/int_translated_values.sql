-- Which options of the target the values of a source ticket become, and which become none.
with compared as (
    select * from {{ ref('int_compared_values') }}
    where not is_settled
),

options as (
    select * from {{ ref('int_migration_options') }}
),

split as (
    select
        ticket_id,
        target_name,
        {{ split_to_rows('source_value') }} as option_value
    from compared
    where type = 'enumeration' and source_value <> ''
)

select
    split.ticket_id,
    split.target_name,
    -- two of the source may be one there, which the target has once
    list_sort(list(distinct options.target_value) filter (where options.target_value is not null))
        as target_values,
    string_agg(split.option_value, ';') filter (where options.how = 'unmapped') as unmapped
from split
left join options
    on split.target_name = options.target_name and split.option_value = options.value
group by split.ticket_id, split.target_name
