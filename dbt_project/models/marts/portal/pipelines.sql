-- A pipeline that was made after the build's moment is not there yet, unless a stage of it is.
select
    pipelines.pipeline_id,
    pipelines.label,
    cast(pipelines.display_order as bigint) as display_order,
    pipelines.is_archived,
    pipelines.created_at,
    pipelines.removed_at as archived_at
from {{ ref('stg_hubspot__pipelines') }} as pipelines
cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
where
    coalesce(pipelines.created_at, build_moment.as_of) <= build_moment.as_of
    or pipelines.pipeline_id in (select stages.pipeline_id from {{ ref('int_stages') }} as stages)
