-- What does not cast is counted in the list of columns and in the list of problems alike.
with listed as (
    select
        detail,
        sum(affected_count) as affected_count
    from {{ ref('data_quality') }}
    where problem = 'value_not_castable' and detail not in ('escalation_level', 'escalated_at')
    group by detail
)

select columns.column_name
from {{ ref('tickets_wide_columns') }} as columns
left join listed on columns.property_name = listed.detail
where
    columns.uncastable_count <> coalesce(listed.affected_count, 0)
    and columns.property_name not in ('escalation_level', 'escalated_at')
