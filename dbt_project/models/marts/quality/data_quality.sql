with problems as (
    select
        problem,
        coalesce(detail, 'none') as detail,
        object_id,
        row_number() over (
            partition by problem, detail order by {{ id_order('object_id') }}
        ) as sample_number
    from {{ ref('int_data_problems') }}
)

select
    problem,
    detail,
    cast(count(distinct object_id) as bigint) as affected_count,
    {{ dbt.listagg(
        'case when sample_number <= 10 then object_id end', "';'", 'order by sample_number'
    ) }} as sample_ids
from problems
group by problem, detail
