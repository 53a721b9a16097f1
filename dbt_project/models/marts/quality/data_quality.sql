with listed as (
    -- An object has a problem once, through however many links.
    select distinct
        problem,
        coalesce(detail, 'none') as detail,
        object_id
    from {{ ref('int_data_problems') }}
),

problems as (
    select
        problem,
        detail,
        object_id,
        row_number() over (
            partition by problem, detail order by {{ id_order('object_id') }}
        ) as sample_number
    from listed
)

select
    problem,
    detail,
    cast(count(*) as bigint) as affected_count,
    {{ dbt.listagg(
        'case when sample_number <= 10 then object_id end', "';'", 'order by sample_number'
    ) }} as sample_ids
from problems
group by problem, detail
