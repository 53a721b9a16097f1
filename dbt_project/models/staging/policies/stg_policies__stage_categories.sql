with source as (
    select * from {{ ref('stage_categories') }}
),

build_moment as (
    select portal_id from {{ ref('stg_hubspot__build_moment') }}
)

select
    source.pipeline_id,
    source.stage_id,
    source.category,
    2 * case when source.portal_id = '*' then 0 else 1 end
    + case when source.pipeline_id = '*' then 0 else 1 end as specificity
from source
cross join build_moment
where source.portal_id in ('*', build_moment.portal_id)
