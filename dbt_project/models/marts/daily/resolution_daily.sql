{%- set resolved_at = moment_of(
    milliseconds('tickets.created_at') ~ ' + 1000 * tickets.resolution_seconds'
) %}
-- A ticket belongs to the day on which it was resolved for good: where its resolution clock stopped,
-- without a clock where it was closed. Before a merge its predecessors were resolved, not the survivor.
with resolutions as (
    select
        cast({{ utc_to_wall_time(resolved_at, 'build_moment.time_zone') }} as date) as day,
        coalesce(tickets.priority, 'none') as priority,
        coalesce(tickets.pipeline_id, 'none') as pipeline_id,
        coalesce(tickets.team, 'none') as team,
        tickets.resolution_seconds,
        tickets.resolution_business_seconds
    from {{ ref('tickets') }} as tickets
    cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
    where
        tickets.resolution_seconds is not null
        and {{ resolved_at }} >= tickets.appeared_at
)

select
    day,
    case when grouping(priority) = 1 then 'all' else priority end as priority,
    case when grouping(pipeline_id) = 1 then 'all' else pipeline_id end as pipeline_id,
    case when grouping(team) = 1 then 'all' else team end as team,
    {% for measure in ['seconds', 'business_seconds'] -%}
    {% for percent in [50, 90, 95] -%}
    cast(
        percentile_cont({{ percent / 100 }}) within group (order by resolution_{{ measure }})
        as double
    ) as p{{ percent }}_{{ measure }},
    {% endfor -%}
    {% endfor -%}
    count(*) as closed_count
from resolutions
group by day, cube (priority, pipeline_id, team)
